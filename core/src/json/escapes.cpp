#include "json/escapes.h"

#include <algorithm>

#include "text_utf8.h"

namespace xray::json {
namespace {

bool isHighSurrogate(std::uint32_t unit) {
  return (unit & 0xFC00) == 0xD800;
}
bool isLowSurrogate(std::uint32_t unit) {
  return (unit & 0xFC00) == 0xDC00;
}

std::uint32_t simpleEscape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return static_cast<unsigned char>(letter);  // quote, backslash, slash
  }
}

}  // namespace

std::string_view reasonOf(StringProblem problem) {
  return problem == StringProblem::Nul             ? "NUL character"
         : problem == StringProblem::LoneSurrogate ? "lone surrogate"
                                                   : "";
}

std::uint32_t hexValue(std::string_view raw) {
  std::uint32_t value = 0;
  for (const char c : raw.substr(0, 4)) {
    const auto digit = static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value << 4 | digit;
  }
  return value;
}

StringPiece nextPiece(std::string_view& raw) {
  StringPiece piece;
  const std::size_t plain = std::min(raw.find('\\'), raw.size());
  if (plain != 0) {
    piece.plain = raw.substr(0, plain);
    raw.remove_prefix(plain);
    return piece;
  }
  if (raw[1] != 'u') {
    piece.codePoint = simpleEscape(raw[1]);
    raw.remove_prefix(2);
    return piece;
  }
  const std::uint32_t unit = hexValue(raw.substr(2));
  raw.remove_prefix(6);
  piece.codePoint = unit;
  if (isHighSurrogate(unit) && raw.substr(0, 2) == "\\u" && isLowSurrogate(hexValue(raw.substr(2)))) {
    piece.codePoint = 0x10000 + ((unit & 0x3FF) << 10) + (hexValue(raw.substr(2)) & 0x3FF);
    raw.remove_prefix(6);
  } else {
    piece.loneSurrogate = isHighSurrogate(unit) || isLowSurrogate(unit);
  }
  return piece;
}

void appendUnescaped(std::string& out, std::string_view raw) {
  while (!raw.empty()) {
    const StringPiece piece = nextPiece(raw);
    if (!piece.plain.empty()) {
      out += piece.plain;
    } else if (piece.loneSurrogate) {
      out += kReplacement;
    } else {
      appendUtf8(out, piece.codePoint);
    }
  }
}

void appendEscape(std::string& out, unsigned char character) {
  constexpr char kHex[] = "0123456789abcdef";
  constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  out += '\\';
  if (const std::size_t at = kShort.find(static_cast<char>(character)); at != std::string_view::npos) {
    out += kLetters[at];
    return;
  }
  out += "u00";
  out += kHex[character >> 4];
  out += kHex[character & 15];
}

StringProblem appendFewestEscapes(std::string& out, std::string_view raw, bool replaceNul) {
  StringProblem problem = StringProblem::None;
  const auto replace = [&](StringProblem what) {
    if (problem == StringProblem::None) problem = what;
    out += kReplacement;
  };
  while (!raw.empty()) {
    const StringPiece piece = nextPiece(raw);
    if (!piece.plain.empty()) {
      out += piece.plain;
    } else if (piece.loneSurrogate) {
      replace(StringProblem::LoneSurrogate);
    } else if (piece.codePoint == 0 && replaceNul) {
      replace(StringProblem::Nul);
    } else if (piece.codePoint < 0x20 || piece.codePoint == '"' || piece.codePoint == '\\') {
      appendEscape(out, static_cast<unsigned char>(piece.codePoint));
    } else {
      appendUtf8(out, piece.codePoint);
    }
  }
  return problem;
}

StringProblem findProblem(std::string_view raw) {
  while (!raw.empty()) {
    const StringPiece piece = nextPiece(raw);
    if (!piece.plain.empty()) continue;
    if (piece.loneSurrogate) return StringProblem::LoneSurrogate;
    if (piece.codePoint == 0) return StringProblem::Nul;
  }
  return StringProblem::None;
}

bool unescapedEquals(std::string_view raw, std::string_view text) {
  if (raw.size() < text.size()) return false;  // escapes are longer than what they stand for
  std::string character;                       // at most 4 bytes: stays in its own buffer
  while (!raw.empty()) {
    const StringPiece piece = nextPiece(raw);
    std::string_view expected = piece.plain;
    if (expected.empty()) {
      character.clear();
      if (piece.loneSurrogate) {
        character = kReplacement;
      } else {
        appendUtf8(character, piece.codePoint);
      }
      expected = character;
    }
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
  }
  return text.empty();
}

}  // namespace xray::json
