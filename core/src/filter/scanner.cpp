#include "filter/scanner.h"

#include <charconv>

#include "xray/text.h"

namespace xray::filter {
namespace {

bool isSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isIdentifierStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool endsBareword(char c) {
  return isSpace(c) || c == '(' || c == ')' || c == '"' || c == '\'';
}
bool isHighSurrogate(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool isLowSurrogate(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

void appendUtf8(std::string& out, unsigned codePoint) {
  if (codePoint < 0x80) {
    out += static_cast<char>(codePoint);
    return;
  }
  const int trailing = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
  constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[trailing] | (codePoint >> (6 * trailing)));
  for (int i = trailing - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((codePoint >> (6 * i)) & 0x3F));
}

}  // namespace

Status errorAt(std::size_t position, const std::string& message) {
  return Status(StatusCode::InvalidArgument, "filter:" + std::to_string(position + 1) + ": " + message).at(position);
}

void Scanner::skipSpace() {
  while (!atEnd() && isSpace(text_[at_])) ++at_;
}

bool Scanner::accept(char c) {
  if (atEnd() || text_[at_] != c) return false;
  ++at_;
  return true;
}

std::string_view Scanner::peekIdentifier() const {
  if (!isIdentifierStart(peek())) return {};
  std::size_t end = at_ + 1;
  while (end < text_.size() && (isIdentifierStart(text_[end]) || isDigit(text_[end]))) ++end;
  return text_.substr(at_, end - at_);
}

std::string_view Scanner::identifier() {
  const std::string_view name = peekIdentifier();
  at_ += name.size();
  return name;
}

std::string_view Scanner::bareword() {
  const std::size_t start = at_;
  while (!atEnd() && !endsBareword(text_[at_])) ++at_;
  return textSince(start);
}

Result<std::string> Scanner::quotedText() {
  const std::size_t start = at_;
  const char quote = text_[at_++];
  std::string out;
  while (!atEnd()) {
    if (accept(quote)) return out;
    if (peek() == '\\') {
      if (Status status = escape(out); !status.ok()) return status;
    } else {
      out += text_[at_++];
    }
  }
  return errorAt(start, std::string("the text that begins here has no closing ") + quote);
}

Status Scanner::escape(std::string& out) {
  const std::size_t start = at_++;
  const char kind = peek();
  if (!atEnd()) ++at_;
  switch (kind) {
    case '"':
    case '\'':
    case '\\':
      out += kind;
      return {};
    case 'n':
      out += '\n';
      return {};
    case 't':
      out += '\t';
      return {};
    case 'u':
      break;
    default: {
      const bool printable = kind > ' ' && kind <= '~';
      return errorAt(start, std::string("unknown escape") + (printable ? std::string(" \\") + kind : "") +
                                R"( (allowed: \" \' \\ \n \t \uXXXX); write \\ for a backslash)");
    }
  }
  auto unit = hexUnit(start);
  if (!unit) return unit.status();
  unsigned codePoint = *unit;
  if (codePoint == 0) return errorAt(start, "a text cannot hold the NUL character");
  if (isHighSurrogate(codePoint) && text_.substr(at_, 2) == "\\u") {
    at_ += 2;
    auto low = hexUnit(start);
    if (!low) return low.status();
    if (isLowSurrogate(*low)) codePoint = 0x10000 + ((codePoint - 0xD800) << 10) + (*low - 0xDC00);
  }
  if (isHighSurrogate(codePoint) || isLowSurrogate(codePoint)) {
    return errorAt(start, R"(half of a surrogate pair; write both, such as \ud83d\ude00)");
  }
  appendUtf8(out, codePoint);
  return {};
}

Result<unsigned> Scanner::hexUnit(std::size_t escapeStart) {
  const std::string_view digits = text_.substr(at_, 4);
  unsigned unit = 0;
  const char* end = digits.data() + digits.size();
  if (digits.size() < 4 || std::from_chars(digits.data(), end, unit, 16).ptr != end) {
    return errorAt(escapeStart, R"(\u needs four hexadecimal digits, such as \u00e9)");
  }
  at_ += 4;
  return unit;
}

Result<std::vector<std::string>> Scanner::fieldNames() {
  std::vector<std::string> names;
  do {
    if (atQuote()) {
      auto name = quotedText();
      if (!name) return name.status();
      names.push_back(std::move(*name));
      continue;
    }
    const std::string_view name = identifier();
    if (name.empty()) {
      return errorAt(at_, "expected a name after \".\", found " + describeNext() +
                              "; a name that is no identifier must be quoted: reasoning.\"percent left\"");
    }
    names.emplace_back(name);
  } while (accept('.'));
  return names;
}

Result<Comparator> Scanner::comparator(std::string_view after) {
  constexpr std::string_view kAllowed = "= != < <= > >= :";
  if (accept(':')) return Comparator::Has;
  const std::size_t start = at_;
  while (!atEnd() && std::string_view("=<>!~").find(peek()) != std::string_view::npos) ++at_;
  const std::string_view sign = textSince(start);
  if (sign == "=") return Comparator::Equal;
  if (sign == "!=") return Comparator::NotEqual;
  if (sign == "<") return Comparator::Less;
  if (sign == "<=") return Comparator::LessEqual;
  if (sign == ">") return Comparator::Greater;
  if (sign == ">=") return Comparator::GreaterEqual;
  if (!sign.empty()) {
    return errorAt(start, "unknown comparator " + quoted(sign) + " (allowed: " + std::string(kAllowed) + ")");
  }
  std::string message =
      "expected a comparator (" + std::string(kAllowed) + ") after " + quoted(after) + ", found " + describeNext();
  const bool inName = start > 0 && !isSpace(text_[start - 1]) && !atEnd() && !endsBareword(peek());
  if (inName) message += "; a name that is no identifier must be quoted: reasoning.\"percent left\"";
  return errorAt(start, message);
}

std::string Scanner::describeNext() const {
  if (atEnd()) return "the end";
  if (endsBareword(peek())) return quoted(text_.substr(at_, 1));
  Scanner ahead = *this;
  return quoted(ahead.bareword());
}

}  // namespace xray::filter
