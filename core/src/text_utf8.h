#pragma once
// UTF-8 one character at a time, for the slow ways; whole texts go through isUtf8 (xray/text.h).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace xray {

/// U+FFFD, which stands for what cannot be kept.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Bytes of the valid character that begins at text[at] (1..4), or 0 when there is none.
std::size_t utf8Length(std::string_view text, std::size_t at);

/// Appends the code point (not a surrogate, at most 0x10FFFF).
void appendUtf8(std::string& out, std::uint32_t codePoint);

}  // namespace xray
