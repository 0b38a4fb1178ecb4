#pragma once
// JSON as X-Ray handles it: texts, not trees. A payload is checked once in one pass and kept as the bytes that came;
// what is read from it later is found by scanning those bytes. All functions but checkJson expect a text that checkJson
// passed.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "xray/status.h"

namespace xray {

enum class JsonType : std::uint8_t { Null, Boolean, Number, String, Object, Array };

/// "number"; the names that schemas use.
std::string_view toString(JsonType type);

/// A value inside a text that somebody else keeps: `text` is exactly the value's bytes, no white space around.
struct JsonValue {
  JsonType type = JsonType::Null;
  std::string_view text;

  /// Only for Boolean.
  bool boolean() const { return text.front() == 't'; }
  /// Only for Number: the nearest double; infinite when out of range.
  double number() const;
  /// Only for String: the text with its escapes undone, UTF-8. A lone surrogate becomes U+FFFD.
  std::string string() const;
  /// Only for String: equal to string() == other, without allocating when there are no escapes.
  bool stringEquals(std::string_view other) const;
};

/// What one pass over a text found.
struct JsonFacts {
  JsonType type = JsonType::Null;
  /// Length of the value in the text; white space before and after it is not part of it.
  std::string_view text;
  /// 0 for a scalar, 1 for [] and {}.
  unsigned depth = 0;
  /// True when the text must pass rewriteJson before it is stored: a NUL, a lone surrogate, a number outside double
  /// range, a member name that occurs twice or is written with escapes.
  bool needsRewrite = false;
};

/// Checks that `text` is one JSON value (RFC 8259) in UTF-8 with at most `maxDepth` levels. Linear time, no recursion,
/// no allocation in the usual case.
///   InvalidArgument  not JSON; position() is where, the message says what was expected
///   TooLarge         deeper than maxDepth
Result<JsonFacts> checkJson(std::string_view text, unsigned maxDepth);

/// One change that rewriteJson made to the content.
struct JsonAlteration {
  std::string pointer;  // JSON Pointer (RFC 6901) of the value
  std::string reason;   // "NUL character", "lone surrogate", "number outside double range"
};

/// Appends the value in the form that every store can hold: of members with the same name the last, member names with
/// the fewest escapes; in strings NUL and lone surrogates as U+FFFD; a number outside double range (its double is
/// infinite, or 0 for a literal that is not zero, or it has more than 16,383 fraction digits, PostgreSQL's limit) as a
/// string of the same characters. Other numbers keep their characters. Alterations are told with `pointerPrefix` before
/// each pointer: at most 100 and 256 KiB of pointers, the others by their number in a last one with the pointer
/// `pointerPrefix`. Recursive, as canonicalJson: for texts of at most some thousand levels.
void rewriteJson(std::string_view text, std::string_view pointerPrefix, std::string& out,
                 std::vector<JsonAlteration>& alterations);

/// The same content in one form: members sorted by name (bytes), no white space, fewest escapes. Equal contents give
/// equal texts (numbers are compared by their characters).
std::string canonicalJson(std::string_view text);

/// Walks the members of an object, or the elements of an array, in their order, without allocating.
class JsonCursor {
 public:
  /// `container` is the text of an object or array; for anything else there is nothing to walk.
  explicit JsonCursor(std::string_view container);

  /// The next member or element, or false at the end.
  bool next();
  /// The member's name as it stands between its quotes, escapes not undone (after rewriteJson only the escapes that
  /// JSON requires are left).
  std::string_view rawKey() const { return rawKey_; }
  /// The member's name with escapes undone.
  std::string key() const;
  bool keyEquals(std::string_view name) const;
  const JsonValue& value() const { return value_; }

 private:
  std::string_view rest_;
  std::string_view rawKey_;
  JsonValue value_;
  bool object_ = false;
};

/// Type and extent of the value that a checked text holds.
JsonValue jsonValue(std::string_view text);

/// The value under a path of member names; nothing where a name is missing or a value on the way is no object.
/// Of members with the same name the first is found (rewriteJson leaves one).
std::optional<JsonValue> findJson(std::string_view text, std::span<const std::string> path);
std::optional<JsonValue> findJsonMember(std::string_view object, std::string_view name);

/// Top-level members of `base`, overlaid by those of `overlay`. Both are objects; empty text counts as {}.
std::string overlayJson(std::string_view base, std::string_view overlay);

/// Appends a quoted string. Invalid UTF-8 is replaced by U+FFFD, so that what is written is always JSON.
void appendJsonString(std::string& out, std::string_view text);
/// Appends the shortest text that reads back as the same double; infinities and NaN, which JSON lacks, as null.
void appendJsonNumber(std::string& out, double value);
void appendJsonNumber(std::string& out, std::int64_t value);
void appendJsonNumber(std::string& out, std::uint64_t value);

/// `/a~1b` for the name `a/b` (RFC 6901).
void appendPointerToken(std::string& out, std::string_view name);

/// Writes a document into a string, commas and quotes being its business. One thread at a time.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& beginObject();
  JsonWriter& endObject();
  JsonWriter& beginArray();
  JsonWriter& endArray();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);
  JsonWriter& number(double value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view json);

 private:
  void separate();

  std::string& out_;
  bool needComma_ = false;
};

}  // namespace xray
