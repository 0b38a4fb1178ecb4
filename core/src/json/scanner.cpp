#include "json/scanner.h"

#include <algorithm>
#include <array>
#include <bit>
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

std::uint64_t load8(const char* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Equal names have equal hashes; the other way round is checked by rewriteJson. `end` is the end of the text around
/// the name.
std::uint64_t hashName(std::string_view name, const char* end) {
  const std::size_t size = name.size();
  std::uint64_t hash = size;
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) hash = mix(hash, load8(name.data() + i));
    return mix(hash, load8(name.data() + size - 8));
  }
  std::uint64_t word = 0;
  if (std::endian::native == std::endian::little && end - name.data() >= 8) {
    word = load8(name.data()) & ((std::uint64_t{1} << size * 8) - 1);
  } else {
    for (std::size_t i = 0; i < size; ++i) word |= std::uint64_t{static_cast<unsigned char>(name[i])} << i * 8;
  }
  return mix(hash, word);
}

/// Which hashes were seen, as far as two words can tell: a hash that is new for sure costs no comparison.
class SeenHashes {
 public:
  /// False when the hash is new for sure.
  bool add(std::uint64_t hash) {
    const std::uint64_t first = std::uint64_t{1} << (hash >> 58);
    const std::uint64_t second = std::uint64_t{1} << (hash >> 52 & 63);
    const bool maybe = (first_ & first) != 0 && (second_ & second) != 0;
    first_ |= first;
    second_ |= second;
    return maybe;
  }

 private:
  std::uint64_t first_ = 0;
  std::uint64_t second_ = 0;
};

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

/// One text on its way through. Functions take the place where they begin and return the place behind what they read,
/// or nullptr once fail() was called; the place stays in a register that way.
class Scan {
 public:
  Scan(std::string_view text, unsigned maxDepth, std::vector<Member>* members)
      : begin_(text.data()), end_(begin_ + text.size()), maxDepth_(maxDepth), members_(members) {
    outer_.reserve(kUsualDepth);
    names_.reserve(kUsualNames);
  }

  Result<JsonFacts> run() {
    JsonFacts facts;
    const char* begin = skipSpace(begin_, end_);
    const char* at = value(begin, facts.type);
    while (at != nullptr && depth_ != 0) at = level_.object ? object(at) : array(at);
    if (at == nullptr) return failure();
    facts.text = std::string_view(begin, static_cast<std::size_t>(at - begin));
    at = skipSpace(at, end_);
    if (at != end_) return fail(at, "the end of the text"), failure();
    facts.depth = deepest_;
    facts.needsRewrite = needsRewrite_;
    return facts;
  }

 private:
  struct Level {
    std::uint32_t firstName = 0;  // index in names_ of the object's first
    bool object = false;
    bool empty = true;        // nothing was read yet
    bool maybeTwice = false;  // a name may have come twice
    SeenHashes seen;
  };
  static constexpr std::size_t kUsualDepth = 64;
  static constexpr std::size_t kUsualNames = 256;

  /// Goes on in the innermost container until it ends or another one begins.
  const char* object(const char* at);
  const char* array(const char* at);
  const char* name(const char* at, std::string_view& raw);
  /// A container is only opened.
  const char* value(const char* at, JsonType& type);
  const char* otherValue(const char* at, char first, JsonType& type);
  const char* open(const char* at, bool object);
  const char* close(const char* at);
  const char* string(const char* at);
  const char* stringWithEscapes(const char* begin, const char* at);
  const char* escape(const char* at);
  const char* hexDigits(const char* at);
  const char* number(const char* at);
  const char* exponent(const char* at, std::ptrdiff_t& digitCount);
  const char* digits(const char* at, const char* expected);
  const char* literal(const char* at, std::string_view word);

  char peek(const char* at) const { return at != end_ ? *at : '\0'; }
  bool atMembers() const { return depth_ == 1 && members_ != nullptr; }
  void beginMember(std::string_view rawKey, const char* at);
  void endMember(const char* at);
  const char* fail(const char* at, const char* expected);
  Status failure() const;

  const char* begin_;
  const char* end_;
  unsigned maxDepth_;
  std::vector<Member>* members_;
  Level level_;  // the innermost container
  unsigned depth_ = 0;
  unsigned deepest_ = 0;
  bool needsRewrite_ = false;
  bool outerNeedsRewrite_ = false;  // needsRewrite_ without the value of the outermost member being read
  bool escaped_ = false;            // the last string read has escapes
  bool suspicious_ = false;         // the string being read has an escape of a NUL or a surrogate
  bool tooDeep_ = false;
  const char* failedAt_ = nullptr;
  const char* expected_ = nullptr;

  // Room for usual texts without an allocation.
  std::array<std::byte, kUsualDepth * sizeof(Level) + kUsualNames * sizeof(std::uint64_t) + 64> buffer_;
  std::pmr::monotonic_buffer_resource pool_{buffer_.data(), buffer_.size()};
  std::pmr::vector<Level> outer_{&pool_};          // the containers around level_
  std::pmr::vector<std::uint64_t> names_{&pool_};  // hashes of the names in all open objects
};

inline const char* Scan::string(const char* at) {
  const char* begin = ++at;
  escaped_ = false;
  at = findStringSpecial(at, end_);
  return at != end_ && *at == '"' ? at + 1 : stringWithEscapes(begin, at);
}

inline const char* Scan::name(const char* at, std::string_view& raw) {
  const char* begin = at + 1;
  at = string(at);
  if (at == nullptr) return nullptr;
  raw = std::string_view(begin, static_cast<std::size_t>(at - 1 - begin));
  if (escaped_) needsRewrite_ = true;
  names_.push_back(hashName(raw, end_));
  level_.maybeTwice |= level_.seen.add(names_.back());
  return at;
}

inline const char* Scan::value(const char* at, JsonType& type) {
  const char first = peek(at);
  if (first == '"') {
    type = JsonType::String;
    return string(at);
  }
  return otherValue(at, first, type);
}

const char* Scan::otherValue(const char* at, char first, JsonType& type) {
  switch (first) {
    case '{':
      type = JsonType::Object;
      return open(at, true);
    case '[':
      type = JsonType::Array;
      return open(at, false);
    case 't':
      type = JsonType::Boolean;
      return literal(at, "true");
    case 'f':
      type = JsonType::Boolean;
      return literal(at, "false");
    case 'n':
      type = JsonType::Null;
      return literal(at, "null");
    default:
      type = JsonType::Number;
      return isDigit(first) || first == '-' ? number(at) : fail(at, "a value");
  }
}

const char* Scan::object(const char* at) {
  const bool outermost = atMembers();
  while (true) {
    at = skipSpace(at, end_);
    if (peek(at) == '}') return close(at);
    if (!level_.empty) {
      if (peek(at) != ',') return fail(at, "\",\" or \"}\" after a member");
      at = skipSpace(at + 1, end_);
      if (peek(at) != '"') return fail(at, "a member name in double quotes");
    } else if (peek(at) != '"') {
      return fail(at, "a member name in double quotes, or \"}\"");
    }
    level_.empty = false;
    std::string_view raw;
    at = name(at, raw);
    if (at == nullptr) return nullptr;
    at = skipSpace(at, end_);
    if (peek(at) != ':') return fail(at, "\":\" after a member name");
    at = skipSpace(at + 1, end_);
    if (outermost) beginMember(raw, at);
    JsonType type;
    at = value(at, type);
    if (at == nullptr) return nullptr;
    if (outermost) members_->back().value.type = type;
    if (type >= JsonType::Object) return at;
    if (outermost) endMember(at);
  }
}

const char* Scan::array(const char* at) {
  while (true) {
    at = skipSpace(at, end_);
    if (peek(at) == ']') return close(at);
    if (!level_.empty) {
      if (peek(at) != ',') return fail(at, "\",\" or \"]\" after an element");
      at = skipSpace(at + 1, end_);
    }
    level_.empty = false;
    JsonType type;
    at = value(at, type);
    if (at == nullptr || type >= JsonType::Object) return at;
  }
}

const char* Scan::open(const char* at, bool object) {
  if (depth_ >= maxDepth_) {
    tooDeep_ = true;
    return fail(at, "");
  }
  outer_.push_back(level_);
  level_ = {};
  level_.firstName = static_cast<std::uint32_t>(names_.size());
  level_.object = object;
  deepest_ = std::max(deepest_, ++depth_);
  return at + 1;
}

const char* Scan::close(const char* at) {
  if (level_.object) {
    if (level_.maybeTwice && !needsRewrite_ && anyTwice(std::span(names_).subspan(level_.firstName)))
      needsRewrite_ = true;
    names_.resize(level_.firstName);
  }
  level_ = outer_.back();
  outer_.pop_back();
  --depth_;
  if (atMembers() && level_.object) endMember(at + 1);
  return at + 1;
}

void Scan::beginMember(std::string_view rawKey, const char* at) {
  members_->push_back({rawKey, {JsonType::Null, std::string_view(at, 0)}, false});
  outerNeedsRewrite_ = needsRewrite_;
  needsRewrite_ = false;
}

void Scan::endMember(const char* at) {
  Member& member = members_->back();
  const char* begin = member.value.text.data();
  member.value.text = std::string_view(begin, static_cast<std::size_t>(at - begin));
  member.needsRewrite = needsRewrite_;
  needsRewrite_ |= outerNeedsRewrite_;
}

const char* Scan::stringWithEscapes(const char* begin, const char* at) {
  escaped_ = true;
  suspicious_ = false;
  for (; at == end_ || *at != '"'; at = findStringSpecial(at, end_)) {
    if (at == end_) return fail(at, "a closing quote");
    if (*at != '\\') return fail(at, "control characters in strings escaped, as in \\n");
    at = escape(at + 1);
    if (at == nullptr) return nullptr;
  }
  if (suspicious_) {
    const std::string_view raw(begin, static_cast<std::size_t>(at - begin));
    if (findProblem(raw) != StringProblem::None) needsRewrite_ = true;
  }
  return at + 1;
}

const char* Scan::escape(const char* at) {
  switch (peek(at)) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return at + 1;
    case 'u':
      return hexDigits(at + 1);
    default:
      return fail(at, "one of \" \\ / b f n r t u after a backslash");
  }
}

const char* Scan::hexDigits(const char* at) {
  const char* begin = at;
  for (; at != begin + 4; ++at) {
    const char letter = static_cast<char>(peek(at) | 0x20);
    if (!isDigit(peek(at)) && (letter < 'a' || letter > 'f')) return fail(at, "4 hex digits after \\u");
  }
  const std::uint32_t unit = hexValue(std::string_view(begin, 4));
  if (unit == 0 || (unit & 0xF800) == 0xD800) suspicious_ = true;
  return at;
}

const char* Scan::digits(const char* at, const char* expected) {
  return isDigit(peek(at)) ? skipDigits(at, end_) : fail(at, expected);
}

const char* Scan::number(const char* at) {
  const char* begin = at;
  if (*at == '-') ++at;
  if (peek(at) == '0') {
    ++at;
    if (isDigit(peek(at))) return fail(at, "no digit after a leading 0");
  } else {
    at = digits(at, "a digit after \"-\"");
  }
  if (at != nullptr && peek(at) == '.') at = digits(at + 1, "a digit after the decimal point");
  std::ptrdiff_t exponentDigits = 0;
  if (at != nullptr && (peek(at) == 'e' || peek(at) == 'E')) at = exponent(at + 1, exponentDigits);
  if (at == nullptr) return nullptr;
  if (at - begin > kHarmlessNumberSize || exponentDigits > kHarmlessExponentDigits) {
    if (isOutsideDoubleRange(std::string_view(begin, static_cast<std::size_t>(at - begin)))) needsRewrite_ = true;
  }
  return at;
}

const char* Scan::exponent(const char* at, std::ptrdiff_t& digitCount) {
  if (peek(at) == '+' || peek(at) == '-') ++at;
  const char* begin = at;
  at = digits(at, "a digit in the exponent");
  if (at != nullptr) digitCount = at - begin;
  return at;
}

const char* Scan::literal(const char* at, std::string_view word) {
  const bool there = std::string_view(at, static_cast<std::size_t>(end_ - at)).starts_with(word);
  return there ? at + word.size() : fail(at, "a value");
}

const char* Scan::fail(const char* at, const char* expected) {
  failedAt_ = at;
  expected_ = expected;
  return nullptr;
}

Status Scan::failure() const {
  const auto position = static_cast<std::size_t>(failedAt_ - begin_);
  const std::string where = " at byte " + std::to_string(position);
  if (tooDeep_) {
    return Status(StatusCode::TooLarge, "deeper than " + std::to_string(maxDepth_) + " levels" + where).at(position);
  }
  std::string found = "the end";
  if (failedAt_ != end_) {
    const std::string_view rest(failedAt_, static_cast<std::size_t>(end_ - failedAt_));
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
