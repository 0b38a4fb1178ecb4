// How single members are read: their types, ranges, and what is said when they are wrong.

#include <charconv>

#include "event/event_reader.h"
#include "json/escapes.h"
#include "text_utf8.h"
#include "xray/text.h"

namespace xray {
namespace {

std::string pointerTo(MemberName name) {
  std::string pointer;
  appendPointerToken(pointer, memberName(name));
  return pointer;
}

/// The value as a message shows it.
std::string shown(const JsonValue& value) {
  constexpr std::size_t kEnough = 80;
  switch (value.type) {
    case JsonType::String: {
      // Cut before it is unescaped: a text can have megabytes. The cut may split an escape, which the longer cut of
      // `quoted` hides.
      return quoted(value.text.size() < 1024 ? value.string() : std::string(json::insideQuotes(value).substr(0, 1024)));
    }
    case JsonType::Object:
      return "an object";
    case JsonType::Array:
      return "an array";
    default:
      return value.text.size() <= kEnough ? std::string(value.text) : std::string(value.text.substr(0, kEnough)) + "…";
  }
}

/// An integer written as one: no fraction, no exponent.
bool parseInteger(const JsonValue& value, std::int64_t minimum, std::int64_t maximum, std::int64_t& number) {
  if (value.type != JsonType::Number) return false;
  const char* end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, number);
  return error == std::errc() && stop == end && number >= minimum && number <= maximum;
}

}  // namespace

bool EventReader::parseCount(const JsonValue& value, std::int64_t& count) {
  return parseInteger(value, 0, INT64_MAX, count);
}

const json::Member* EventReader::require(MemberName name) {
  const json::Member* member = find(name);
  if (member == nullptr) failMissing(memberName(name));
  return member;
}

bool EventReader::id(MemberName name, Id& id) {
  const json::Member* member = require(name);
  return member != nullptr && parseId(memberName(name), member->value, id);
}

bool EventReader::optionalId(MemberName name, std::optional<Id>& id) {
  const json::Member* member = find(name);
  return member == nullptr || parseId(memberName(name), member->value, id.emplace());
}

bool EventReader::parseId(std::string_view place, const JsonValue& value, Id& id) {
  const auto parsed = parseString(value, Id::parse);
  if (!parsed) return fail(place, "a UUID", value);
  id = *parsed;
  return true;
}

bool EventReader::time(MemberName name, Timestamp& time) {
  const json::Member* member = require(name);
  if (member == nullptr) return false;
  const auto parsed = parseString(member->value, parseTimestamp);
  if (!parsed) return fail(memberName(name), "an RFC 3339 time with an offset", member->value);
  time = *parsed;
  return true;
}

bool EventReader::name(MemberName name, std::size_t maxBytes, std::string_view& text) {
  const json::Member* member = require(name);
  return member != nullptr && parseName(memberName(name), member->value, maxBytes, text);
}

bool EventReader::parseName(std::string_view place, const JsonValue& value, std::size_t maxBytes,
                            std::string_view& text) {
  const auto allowed = [&] { return "a string of 1 to " + std::to_string(maxBytes) + " bytes"; };
  if (value.type != JsonType::String) return fail(place, allowed(), value);
  const std::string_view raw = json::insideQuotes(value);
  text = raw.find('\\') == std::string_view::npos ? raw : escapedName(place, value);
  if (text.empty()) return fail(place, allowed(), value);
  return text.size() <= maxBytes || fail(place, allowed(), "one of " + std::to_string(text.size()));
}

std::string_view EventReader::escapedName(std::string_view place, const JsonValue& value) {
  std::string& name = texts_.emplace_back();
  for (const char c : value.string()) c == '\0' ? name += kReplacement : name += c;
  const auto problem = json::findProblem(json::insideQuotes(value));
  if (problem == json::StringProblem::None) return name;
  JsonAlteration& alteration = alterations_.emplace_back(JsonAlteration{"/", std::string(json::reasonOf(problem))});
  for (const char c : place) alteration.pointer += c == '.' ? '/' : c;
  return name;
}

bool EventReader::parseVersion(std::string_view place, const JsonValue& value, std::int64_t& version) {
  return parseInteger(value, 1, INT32_MAX, version) || fail(place, "an integer from 1 to 2147483647", value);
}

bool EventReader::optionalCount(MemberName name, std::optional<std::int64_t>& count) {
  const json::Member* member = find(name);
  return member == nullptr || parseCount(member->value, count.emplace()) ||
         fail(memberName(name), "an integer of at least 0", member->value);
}

bool EventReader::optionalObject(MemberName name, JsonText& text) {
  const json::Member* member = find(name);
  return member == nullptr || parseObject(name, *member, text);
}

bool EventReader::requireObject(MemberName name, JsonText& text) {
  const json::Member* member = require(name);
  return member != nullptr && parseObject(name, *member, text);
}

bool EventReader::parseObject(MemberName name, const json::Member& member, JsonText& text) {
  if (member.value.type != JsonType::Object) return fail(memberName(name), "an object", member.value);
  text = storable(name, member);
  return true;
}

bool EventReader::parseText(std::string_view place, const JsonValue& value, std::string_view& text) {
  if (value.type != JsonType::String) return fail(place, "a string", value);
  text = unescaped(value);
  return true;
}

std::string_view EventReader::unescaped(const JsonValue& string) {
  const std::string_view raw = json::insideQuotes(string);
  return raw.find('\\') == std::string_view::npos ? raw : std::string_view(texts_.emplace_back(string.string()));
}

JsonText EventReader::storable(MemberName name, const json::Member& member) {
  if (!member.needsRewrite) return member.value.text;
  std::string& text = texts_.emplace_back();
  rewriteJson(member.value.text, pointerTo(name), text, alterations_);
  return text;
}

bool EventReader::fail(std::string_view place, std::string_view allowed, const JsonValue& found) {
  return fail(place, allowed, shown(found));
}

bool EventReader::fail(std::string_view place, std::string_view allowed, std::string_view found) {
  error_ = errorPrefix() + quoted(place) + " must be ";
  error_ += allowed;
  error_ += ", not ";
  error_ += found;
  return false;
}

bool EventReader::failMissing(std::string_view place) {
  error_ = errorPrefix() + "missing " + quoted(place);
  return false;
}

std::string EventReader::errorPrefix() const {
  return kindKnown_ ? std::string(eventName(kind_)) + ": " : std::string();
}

}  // namespace xray
