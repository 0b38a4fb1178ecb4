#pragma once
// Texts in messages to people.

#include <string>
#include <string_view>
#include <vector>

namespace xray {

/// The candidate nearest to `name` by edit distance (insert, delete, replace, swap of neighbours; case ignored), or
/// empty when none is near enough to be what was meant (more than a third of the name's length, at least 2). Ties: the
/// first.
std::string nearestName(std::string_view name, const std::vector<std::string>& candidates);

/// `; did you mean "pool_size"?`, or empty when nothing is near.
std::string didYouMean(std::string_view name, const std::vector<std::string>& candidates);

/// "a, b, c".
std::string joinNames(const std::vector<std::string>& names);

/// The text in double quotes as a message shows it: control characters and invalid UTF-8 escaped, cut with "…" after
/// `maxBytes`.
std::string quoted(std::string_view text, std::size_t maxBytes = 80);
// Else argument-dependent lookup prefers std::quoted wherever <iomanip> is included.
inline std::string quoted(const std::string& text) {
  return quoted(std::string_view(text));
}
inline std::string quoted(std::string& text) {
  return quoted(std::string_view(text));
}
inline std::string quoted(const char* text) {
  return quoted(std::string_view(text));
}

/// True when the text is valid UTF-8 (no surrogates, no overlong forms).
bool isUtf8(std::string_view text);

}  // namespace xray
