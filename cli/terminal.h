#pragma once
// Text on a terminal: how wide it is, and what of it may not go there as it came.

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace xray::cli {

/// What the output can show. A value type.
struct Terminal {
  std::size_t width = 0;  // columns; 0: no limit
  bool colours = false;
  bool interactive = false;  // a person reads it, not a file or a program
  bool progress = false;     // a person reads standard error, which may show how far long work is

  /// Of standard output: the width of a terminal, or what COLUMNS says; colours on a terminal unless NO_COLOR is set or
  /// TERM is dumb.
  static Terminal detect();
};

enum class Colour { None, Red, Green, Yellow, Blue, Dim, Bold };

/// The text between escape sequences for the colour; as it is for None or on a terminal without colours.
std::string paint(const Terminal& terminal, Colour colour, std::string_view text);

/// Text from outside made harmless: control characters, invalid UTF-8 and characters that turn the direction of writing
/// are written as escapes
/// (\n, \x1b, \u202e).
std::string harmless(std::string_view text);

/// Columns that a harmless text takes: 2 for wide characters, 0 for combining ones.
std::size_t displayWidth(std::string_view text);

/// The text, or its beginning and "…" so that it takes at most `width` columns.
std::string cut(std::string_view text, std::size_t width);

/// Prints a harmless sentence; in a terminal its lines break between words.
void printWords(std::ostream& out, const Terminal& terminal, Colour colour, std::string_view text);

}  // namespace xray::cli
