#pragma once
// What stands between the quotes of a JSON string, escape by escape.

#include <cstdint>
#include <string>
#include <string_view>

#include "xray/json.h"

namespace xray::json {

/// What stands between the quotes of a string.
inline std::string_view insideQuotes(const JsonValue& string) {
  return string.text.substr(1, string.text.size() - 2);
}

/// One step through a checked string: a run of characters without escapes, or one escape's code point.
struct StringPiece {
  std::string_view plain;       // not empty: a run of plain bytes
  std::uint32_t codePoint = 0;  // else: what the escape stands for
  bool loneSurrogate = false;
};

/// Takes the next piece off the front of `raw`, which must not be empty.
StringPiece nextPiece(std::string_view& raw);

/// Which content of a string not every store can hold.
enum class StringProblem { None, Nul, LoneSurrogate };
/// As a JsonAlteration tells it: "NUL character".
std::string_view reasonOf(StringProblem problem);

/// Appends the characters, escapes undone; a lone surrogate as U+FFFD.
void appendUnescaped(std::string& out, std::string_view raw);

/// Appends the string with the fewest escapes, without quotes; lone surrogates, and NUL where `replaceNul`, as U+FFFD.
/// Returns the first such replacement.
StringProblem appendFewestEscapes(std::string& out, std::string_view raw, bool replaceNul);

/// The first of what appendFewestEscapes would replace.
StringProblem findProblem(std::string_view raw);

/// Whether `raw` stands for `text`; does not allocate.
bool unescapedEquals(std::string_view raw, std::string_view text);

/// Appends `\n`, `\u0001`… for a character that JSON does not allow in a string as it is.
void appendEscape(std::string& out, unsigned char character);

/// `raw` is 4 hex digits.
std::uint32_t hexValue(std::string_view raw);

}  // namespace xray::json
