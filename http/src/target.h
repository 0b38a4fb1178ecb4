#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xray::http {

/// Undoes percent-encoding, and with `plusIsSpace` that of forms. Nothing when a '%' is not followed by two hex digits,
/// or when the outcome is not UTF-8 or holds a NUL.
std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace);

/// The path of a request target, still encoded: "/a/b" of "/a/b?x=1" and of "http://host/a/b". Nothing for other forms
/// ("*", "host:443") and for one with a fragment.
std::optional<std::string_view> rawPath(std::string_view target);

using Query = std::vector<std::pair<std::string, std::string>>;
/// The decoded query of a target; empty when it has none; nothing when a part cannot be decoded.
std::optional<Query> parseQuery(std::string_view target);

/// The decoded segments of a raw path, without an empty last one: "/a/b%2Fc/" is "a", "b/c". Nothing when one cannot be
/// decoded.
std::optional<std::vector<std::string>> pathSegments(std::string_view rawPath);

}  // namespace xray::http
