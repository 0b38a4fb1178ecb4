// Reading checked texts without building anything: values, cursors, paths.

#include "json/characters.h"
#include "json/escapes.h"
#include "xray/json.h"

namespace xray {
namespace {

std::string_view between(const char* begin, const char* end) {
  return std::string_view(begin, static_cast<std::size_t>(end - begin));
}

JsonType typeOf(char first) {
  switch (first) {
    case '"':
      return JsonType::String;
    case '{':
      return JsonType::Object;
    case '[':
      return JsonType::Array;
    case 't':
    case 'f':
      return JsonType::Boolean;
    case 'n':
      return JsonType::Null;
    default:
      return JsonType::Number;
  }
}

/// `at` is at an opening bracket or brace: what comes behind the matching one.
const char* skipContainer(const char* at, const char* end) {
  std::size_t open = 0;
  while ((at = json::findStructure(at, end)) != end) {
    const char found = *at++;
    if (found == '"') {
      at = json::findStringEnd(at, end);
      if (at == end) return end;
      ++at;
    } else if (found == '{' || found == '[') {
      ++open;
    } else if (--open == 0) {
      return at;
    }
  }
  return end;
}

const char* skipValue(const char* at, const char* end) {
  switch (*at) {
    case '"':
      at = json::findStringEnd(at + 1, end);
      return at == end ? end : at + 1;
    case '{':
    case '[':
      return skipContainer(at, end);
    default:
      while (at != end && *at != ',' && *at != '}' && *at != ']' && !json::isSpace(*at)) ++at;
      return at;
  }
}

}  // namespace

std::string_view toString(JsonType type) {
  switch (type) {
    case JsonType::Null:
      return "null";
    case JsonType::Boolean:
      return "boolean";
    case JsonType::Number:
      return "number";
    case JsonType::String:
      return "string";
    case JsonType::Object:
      return "object";
    case JsonType::Array:
      return "array";
  }
  return "";
}

std::string JsonValue::string() const {
  std::string out;
  json::appendUnescaped(out, json::insideQuotes(*this));
  return out;
}

bool JsonValue::stringEquals(std::string_view other) const {
  return json::unescapedEquals(json::insideQuotes(*this), other);
}

JsonCursor::JsonCursor(std::string_view container) {
  const char* end = container.data() + container.size();
  const char* at = json::skipSpace(container.data(), end);
  if (at == end || (*at != '{' && *at != '[')) return;
  object_ = *at == '{';
  rest_ = between(at + 1, end);
}

bool JsonCursor::next() {
  const char* end = rest_.data() + rest_.size();
  const char* at = json::skipSpace(rest_.data(), end);
  if (at != end && *at == ',') at = json::skipSpace(at + 1, end);
  if (object_ && at != end && *at == '"') {
    const char* name = at + 1;
    at = json::findStringEnd(name, end);
    rawKey_ = between(name, at);
    if (at != end) at = json::skipSpace(at + 1, end);
    if (at != end && *at == ':') at = json::skipSpace(at + 1, end);
  }
  if (at == end || *at == '}' || *at == ']') {
    rest_ = {};
    return false;
  }
  const char* valueEnd = skipValue(at, end);
  value_ = {typeOf(*at), between(at, valueEnd)};
  rest_ = between(valueEnd, end);
  return true;
}

std::string JsonCursor::key() const {
  std::string out;
  json::appendUnescaped(out, rawKey_);
  return out;
}

bool JsonCursor::keyEquals(std::string_view name) const {
  return json::unescapedEquals(rawKey_, name);
}

JsonValue jsonValue(std::string_view text) {
  const char* end = text.data() + text.size();
  const char* at = json::skipSpace(text.data(), end);
  if (at == end) return {};
  return {typeOf(*at), between(at, skipValue(at, end))};
}

std::optional<JsonValue> findJsonMember(std::string_view object, std::string_view name) {
  JsonCursor members(object);
  while (members.next()) {
    // The elements of an array have no names.
    if (members.rawKey().data() == nullptr) return std::nullopt;
    if (members.keyEquals(name)) return members.value();
  }
  return std::nullopt;
}

std::optional<JsonValue> findJson(std::string_view text, std::span<const std::string> path) {
  JsonValue value = jsonValue(text);
  for (const std::string& name : path) {
    const auto member = findJsonMember(value.text, name);
    if (!member) return std::nullopt;
    value = *member;
  }
  return value;
}

}  // namespace xray
