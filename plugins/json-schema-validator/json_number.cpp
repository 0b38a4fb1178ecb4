#include "json_number.h"

#include <charconv>
#include <cmath>
#include <map>

namespace xray::jsonschema {
namespace {

// 2^63 as a double; the largest double below it is an int64.
constexpr double kInt64End = 9223372036854775808.0;
constexpr double kTolerance = 1e-14;  // some units in the last place

void appendNormalForm(std::string& out, const JsonValue& value) {
  switch (value.type) {
    case JsonType::Number:
      appendJsonNumber(out, value.number() == 0 ? 0.0 : value.number());
      return;
    case JsonType::String:
      appendJsonString(out, value.string());
      return;
    case JsonType::Array: {
      out += '[';
      for (JsonCursor items(value.text); items.next(); out += ',') appendNormalForm(out, items.value());
      out += ']';
      return;
    }
    case JsonType::Object: {
      std::map<std::string, JsonValue> members;
      for (JsonCursor cursor(value.text); cursor.next();) members.insert_or_assign(cursor.key(), cursor.value());
      out += '{';
      for (const auto& [name, member] : members) {
        appendJsonString(out, name);
        out += ':';
        appendNormalForm(out, member);
        out += ',';
      }
      out += '}';
      return;
    }
    case JsonType::Null:
    case JsonType::Boolean:
      out += value.text;
  }
}

}  // namespace

std::optional<std::int64_t> integerOf(const JsonValue& value) {
  if (value.type != JsonType::Number) return std::nullopt;
  std::int64_t integer = 0;
  const char* end = value.text.data() + value.text.size();
  const auto [rest, failure] = std::from_chars(value.text.data(), end, integer);
  if (failure == std::errc() && rest == end) return integer;
  if (value.text.find_first_of(".eE") == std::string_view::npos) return std::nullopt;  // beyond 64 bits
  const double number = value.number();
  if (number != std::floor(number) || number < -kInt64End || number >= kInt64End) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

bool isIntegral(const JsonValue& value) {
  if (value.type != JsonType::Number) return false;
  if (value.text.find_first_of(".eE") == std::string_view::npos) return true;
  const double number = value.number();
  return std::isfinite(number) && number == std::floor(number);
}

bool isMultipleOf(const JsonValue& value, std::int64_t divisor) {
  if (const auto integer = integerOf(value)) return *integer % divisor == 0;
  return isMultipleOf(value, static_cast<double>(divisor));
}

bool isMultipleOf(const JsonValue& value, double divisor) {
  const double quotient = value.number() / divisor;
  if (!std::isfinite(quotient)) return false;
  // 0.3 is a multiple of 0.1, though their doubles divide to a little less than 3.
  return std::fabs(quotient - std::round(quotient)) <= kTolerance * std::max(1.0, std::fabs(quotient));
}

std::string normalForm(const JsonValue& value) {
  std::string out;
  appendNormalForm(out, value);
  return out;
}

bool sameJson(const JsonValue& left, const JsonValue& right) {
  if (left.type != right.type) return false;
  switch (left.type) {
    case JsonType::Null:
      return true;
    case JsonType::Boolean:
      return left.boolean() == right.boolean();
    case JsonType::Number:
      return left.text == right.text || left.number() == right.number();
    case JsonType::String:
      return left.text == right.text || left.stringEquals(right.string());
    case JsonType::Object:
    case JsonType::Array:
      return normalForm(left) == normalForm(right);
  }
  return false;
}

}  // namespace xray::jsonschema
