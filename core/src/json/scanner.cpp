#include "json/scanner.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <span>

#include "json/characters.h"
#include "json/escapes.h"
#include "json/numbers.h"
#include "text_utf8.h"
#include "xray/text.h"

namespace xray::json {
namespace {

// A number of at most this many characters and at most two digits of exponent is within double range, and has far fewer
// fraction digits than would matter; all others are looked at closely.
constexpr std::ptrdiff_t kHarmlessNumberSize = 200;
constexpr std::ptrdiff_t kHarmlessExponentDigits = 2;

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15ull;
  return hash ^ hash >> 32;
}

/// Equal names have equal hashes; the other way round is checked by rewriteJson.
std::uint64_t hashName(std::string_view name) {
  std::uint64_t hash = name.size();
  std::uint64_t word = 0;
  for (; name.size() > 8; name.remove_prefix(8)) {
    std::memcpy(&word, name.data(), 8);
    hash = mix(hash, word);
  }
  word = 0;
  if (name.size() >= 4) {
    std::uint32_t head, tail;
    std::memcpy(&head, name.data(), 4);
    std::memcpy(&tail, name.data() + name.size() - 4, 4);
    word = std::uint64_t{head} << 32 | tail;
  } else {
    for (const char c : name) word = word << 8 | static_cast<unsigned char>(c);
  }
  return mix(hash, word);
}

bool anyTwice(std::span<std::uint64_t> hashes) {
  constexpr std::size_t kFew = 16;
  if (hashes.size() > kFew) {
    std::sort(hashes.begin(), hashes.end());
    return std::adjacent_find(hashes.begin(), hashes.end()) != hashes.end();
  }
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (hashes[i] == hashes[j]) return true;
    }
  }
  return false;
}

/// One text on its way through. The functions return false once fail() was called.
class Scan {
 public:
  Scan(std::string_view text, unsigned maxDepth, std::vector<Member>* members)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), maxDepth_(maxDepth), members_(members) {
    levels_.reserve(kUsualDepth);
    names_.reserve(kUsualNames);
  }

  Result<JsonFacts> run() {
    JsonFacts facts;
    at_ = skipSpace(at_, end_);
    const char* valueBegin = at_;
    if (!value(facts.type)) return failure();
    while (!levels_.empty()) {
      if (!(levels_.back().object ? member() : element())) return failure();
    }
    facts.text = std::string_view(valueBegin, static_cast<std::size_t>(at_ - valueBegin));
    at_ = skipSpace(at_, end_);
    if (at_ != end_) return fail("the end of the text"), failure();
    facts.depth = deepest_;
    facts.needsRewrite = needsRewrite_;
    return facts;
  }

 private:
  struct Level {
    std::uint32_t firstName;  // index in names_ of the object's first
    bool object;
    bool empty;  // nothing was read yet
  };
  static constexpr std::size_t kUsualDepth = 128;
  static constexpr std::size_t kUsualNames = 256;

  bool value(JsonType& type);
  bool open(bool object);
  bool close();
  bool member();
  bool element();
  bool name(std::string_view& raw);
  bool string(bool& escaped);
  bool escape();
  bool hexDigits();
  bool number();
  bool literal(std::string_view word);
  bool digits(const char* expected);

  char peek() const { return at_ != end_ ? *at_ : '\0'; }
  void beginMember(std::string_view rawKey);
  void endMember();
  bool fail(const char* expected);
  Status failure() const;

  const char* begin_;
  const char* at_;
  const char* end_;
  unsigned maxDepth_;
  std::vector<Member>* members_;
  bool memberOpen_ = false;
  bool outerNeedsRewrite_ = false;  // needsRewrite_ without the open member's value
  unsigned deepest_ = 0;
  bool needsRewrite_ = false;
  bool suspicious_ = false;  // the string being read has an escape of a NUL or a surrogate
  bool tooDeep_ = false;
  const char* expected_ = nullptr;

  // Room for usual texts without an allocation.
  std::array<std::byte, kUsualDepth * sizeof(Level) + kUsualNames * sizeof(std::uint64_t) + 64> buffer_;
  std::pmr::monotonic_buffer_resource pool_{buffer_.data(), buffer_.size()};
  std::pmr::vector<Level> levels_{&pool_};
  std::pmr::vector<std::uint64_t> names_{&pool_};  // hashes of the names in all open objects
};

bool Scan::value(JsonType& type) {
  bool escaped = false;
  switch (peek()) {
    case '"':
      type = JsonType::String;
      return string(escaped);
    case '{':
      type = JsonType::Object;
      return open(true);
    case '[':
      type = JsonType::Array;
      return open(false);
    case 't':
      type = JsonType::Boolean;
      return literal("true");
    case 'f':
      type = JsonType::Boolean;
      return literal("false");
    case 'n':
      type = JsonType::Null;
      return literal("null");
    default:
      type = JsonType::Number;
      return isDigit(peek()) || peek() == '-' ? number() : fail("a value");
  }
}

bool Scan::open(bool object) {
  if (levels_.size() >= maxDepth_) {
    tooDeep_ = true;
    return false;
  }
  ++at_;
  levels_.push_back({static_cast<std::uint32_t>(names_.size()), object, true});
  deepest_ = std::max(deepest_, static_cast<unsigned>(levels_.size()));
  return true;
}

bool Scan::close() {
  ++at_;
  const Level& level = levels_.back();
  if (level.object) {
    if (!needsRewrite_ && anyTwice(std::span(names_).subspan(level.firstName))) needsRewrite_ = true;
    names_.resize(level.firstName);
  }
  levels_.pop_back();
  return true;
}

bool Scan::member() {
  const bool outermost = members_ != nullptr && levels_.size() == 1;
  if (outermost) endMember();
  at_ = skipSpace(at_, end_);
  Level& level = levels_.back();
  if (peek() == '}') return close();
  if (!level.empty) {
    if (peek() != ',') return fail("\",\" or \"}\" after a member");
    at_ = skipSpace(at_ + 1, end_);
  }
  if (peek() != '"')
    return fail(level.empty ? "a member name in double quotes, or \"}\"" : "a member name in double quotes");
  level.empty = false;
  std::string_view raw;
  if (!name(raw)) return false;
  at_ = skipSpace(at_, end_);
  if (peek() != ':') return fail("\":\" after a member name");
  at_ = skipSpace(at_ + 1, end_);
  JsonType type;
  if (!outermost) return value(type);
  beginMember(raw);
  return value(members_->back().value.type);
}

bool Scan::element() {
  at_ = skipSpace(at_, end_);
  Level& level = levels_.back();
  if (peek() == ']') return close();
  if (!level.empty) {
    if (peek() != ',') return fail("\",\" or \"]\" after an element");
    at_ = skipSpace(at_ + 1, end_);
  }
  level.empty = false;
  JsonType type;
  return value(type);
}

void Scan::beginMember(std::string_view rawKey) {
  members_->push_back({rawKey, {JsonType::Null, std::string_view(at_, 0)}, false});
  outerNeedsRewrite_ = needsRewrite_;
  needsRewrite_ = false;
  memberOpen_ = true;
}

void Scan::endMember() {
  if (!memberOpen_) return;
  Member& member = members_->back();
  member.value.text =
      std::string_view(member.value.text.data(), static_cast<std::size_t>(at_ - member.value.text.data()));
  member.needsRewrite = needsRewrite_;
  needsRewrite_ |= outerNeedsRewrite_;
  memberOpen_ = false;
}

bool Scan::name(std::string_view& raw) {
  const char* start = at_ + 1;
  bool escaped = false;
  if (!string(escaped)) return false;
  raw = std::string_view(start, static_cast<std::size_t>(at_ - 1 - start));
  if (escaped) needsRewrite_ = true;
  names_.push_back(hashName(raw));
  return true;
}

bool Scan::string(bool& escaped) {
  const char* start = ++at_;
  while (true) {
    at_ = findStringSpecial(at_, end_);
    if (at_ == end_) return fail("a closing quote");
    if (*at_ == '"') break;
    if (*at_ != '\\') return fail("control characters in strings escaped, as in \\n");
    if (!escape()) return false;
    escaped = true;
  }
  if (suspicious_) {
    const std::string_view raw(start, static_cast<std::size_t>(at_ - start));
    if (findProblem(raw) != StringProblem::None) needsRewrite_ = true;
    suspicious_ = false;
  }
  ++at_;
  return true;
}

bool Scan::escape() {
  ++at_;
  switch (peek()) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      ++at_;
      return true;
    case 'u':
      ++at_;
      return hexDigits();
    default:
      return fail("one of \" \\ / b f n r t u after a backslash");
  }
}

bool Scan::hexDigits() {
  const char* start = at_;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char letter = static_cast<char>(peek() | 0x20);
    if (!isDigit(peek()) && (letter < 'a' || letter > 'f')) return fail("4 hex digits after \\u");
  }
  const std::uint32_t unit = hexValue(std::string_view(start, 4));
  if (unit == 0 || (unit & 0xF800) == 0xD800) suspicious_ = true;
  return true;
}

bool Scan::digits(const char* expected) {
  if (!isDigit(peek())) return fail(expected);
  at_ = skipDigits(at_, end_);
  return true;
}

bool Scan::number() {
  const char* start = at_;
  std::ptrdiff_t exponentDigits = 0;
  if (*at_ == '-') ++at_;
  const bool leadingZero = peek() == '0';
  if (leadingZero) {
    ++at_;
    if (isDigit(peek())) return fail("no digit after a leading 0");
  } else if (!digits("a digit after \"-\"")) {
    return false;
  }
  if (peek() == '.') {
    ++at_;
    if (!digits("a digit after the decimal point")) return false;
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    const char* exponent = at_;
    if (!digits("a digit in the exponent")) return false;
    exponentDigits = at_ - exponent;
  }
  if (at_ - start > kHarmlessNumberSize || exponentDigits > kHarmlessExponentDigits) {
    if (isOutsideDoubleRange(std::string_view(start, static_cast<std::size_t>(at_ - start)))) needsRewrite_ = true;
  }
  return true;
}

bool Scan::literal(std::string_view word) {
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return fail("a value");
  at_ += word.size();
  return true;
}

bool Scan::fail(const char* expected) {
  expected_ = expected;
  return false;
}

Status Scan::failure() const {
  const auto position = static_cast<std::size_t>(at_ - begin_);
  const std::string where = " at byte " + std::to_string(position);
  if (tooDeep_) {
    return Status(StatusCode::TooLarge, "deeper than " + std::to_string(maxDepth_) + " levels" + where).at(position);
  }
  std::string found = "the end";
  if (at_ != end_) {
    const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
    found = quoted(rest.substr(0, std::max<std::size_t>(utf8Length(rest, 0), 1)));
  }
  return Status(StatusCode::InvalidArgument, std::string("expected ") + expected_ + where + ", found " + found)
      .at(position);
}

}  // namespace

Result<JsonFacts> scanJson(std::string_view text, unsigned maxDepth, std::vector<Member>* members) {
  if (members != nullptr) members->clear();
  return Scan(text, maxDepth, members).run();
}

}  // namespace xray::json

namespace xray {

Result<JsonFacts> checkJson(std::string_view text, unsigned maxDepth) {
  if (isUtf8(text)) return json::scanJson(text, maxDepth, nullptr);
  std::size_t at = 0;
  while (at < text.size() && utf8Length(text, at) != 0) at += utf8Length(text, at);
  return Status(StatusCode::InvalidArgument, "expected UTF-8 at byte " + std::to_string(at)).at(at);
}

}  // namespace xray
