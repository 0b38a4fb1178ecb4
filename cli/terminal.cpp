#include "cli/terminal.h"

#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace xray::cli {
namespace {

/// One character of UTF-8 text.
struct Character {
  char32_t code = 0;
  std::size_t size = 1;  // in bytes
  bool valid = false;
};

Character decode(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t size = first >= 0xF0 && first <= 0xF4 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return {};
  char32_t code = first & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, size, true};
}

bool isHarmful(char32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return true;        // C0, DEL, C1
  if (code == 0x200E || code == 0x200F || code == 0x061C) return true;  // marks of direction
  if (code == 0x2028 || code == 0x2029) return true;                    // line and paragraph separator
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void appendHex(std::string& out, unsigned value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
}

void appendEscape(std::string& out, char32_t code) {
  switch (code) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += code < 0x80 ? "\\x" : "\\u";
  appendHex(out, code, code < 0x80 ? 2 : 4);
}

/// wcwidth knows characters only in a UTF-8 locale, whatever the user's is.
std::size_t widthOf(char32_t code) {
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (!utf8) return 1;
  const locale_t before = uselocale(utf8);
  const int width = ::wcwidth(static_cast<wchar_t>(code));
  uselocale(before);
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

std::size_t columnsOfEnvironment() {
  const char* text = std::getenv("COLUMNS");
  if (!text) return 0;
  std::size_t columns = 0;
  const auto [rest, error] = std::from_chars(text, text + std::strlen(text), columns);
  return error == std::errc() && *rest == '\0' ? columns : 0;
}

}  // namespace

Terminal Terminal::detect() {
  Terminal terminal;
  terminal.width = columnsOfEnvironment();
  terminal.interactive = isatty(STDOUT_FILENO) == 1;
  terminal.progress = isatty(STDERR_FILENO) == 1;
  if (!terminal.interactive) return terminal;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.width = size.ws_col;
  const char* noColour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  terminal.colours = !(noColour && *noColour) && kind && std::strcmp(kind, "dumb") != 0;
  return terminal;
}

std::string paint(const Terminal& terminal, Colour colour, std::string_view text) {
  if (!terminal.colours || colour == Colour::None) return std::string(text);
  const char* code = "";
  switch (colour) {
    case Colour::Red:
      code = "31";
      break;
    case Colour::Green:
      code = "32";
      break;
    case Colour::Yellow:
      code = "33";
      break;
    case Colour::Blue:
      code = "34";
      break;
    case Colour::Dim:
      code = "2";
      break;
    case Colour::Bold:
      code = "1";
      break;
    case Colour::None:
      break;
  }
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::string harmless(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = decode(text);
    if (!character.valid) {
      out += "\\x";
      appendHex(out, static_cast<unsigned char>(text.front()), 2);
    } else if (isHarmful(character.code)) {
      appendEscape(out, character.code);
    } else {
      out += text.substr(0, character.size);
    }
    text.remove_prefix(character.size);
  }
  return out;
}

std::size_t displayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = decode(text);
    width += widthOf(character.code);
    text.remove_prefix(character.size);
  }
  return width;
}

std::string cut(std::string_view text, std::size_t width) {
  if (displayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (true) {
    const Character character = decode(text.substr(bytes));
    const std::size_t next = columns + widthOf(character.code);
    if (next > width - 1) break;
    columns = next;
    bytes += character.size;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

void printWords(std::ostream& out, const Terminal& terminal, Colour colour, std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (terminal.width != 0 && !line.empty() && displayWidth(line) + 1 + displayWidth(word) > terminal.width) {
      out << paint(terminal, colour, line) << '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out << paint(terminal, colour, line) << '\n';
}

}  // namespace xray::cli
