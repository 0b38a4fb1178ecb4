#include "json/numbers.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "json/characters.h"
#include "xray/json.h"

namespace xray {
namespace json {
namespace {

// PostgreSQL's numeric: digits after the point, and the exponent that its reader takes.
constexpr std::int64_t kMaxFractionDigits = 16'383;
constexpr std::int64_t kMaxExponent = 1'073'741'822;

/// What the characters of a number say before any arithmetic.
struct NumberShape {
  bool zero = true;                 // no digit but 0
  std::int64_t fractionDigits = 0;  // as written, before the exponent moves the point
  std::int64_t magnitude = 0;       // power of ten of the first digit that is not 0, exponent left out
  std::int64_t exponent = 0;        // saturated
};

std::int64_t readExponent(const char* at, const char* end) {
  const bool negative = *at == '-';
  if (*at == '-' || *at == '+') ++at;
  std::int64_t exponent = 0;
  for (; at != end && exponent <= kMaxExponent; ++at) exponent = exponent * 10 + (*at - '0');
  return negative ? -exponent : exponent;
}

NumberShape shapeOf(std::string_view number) {
  NumberShape shape;
  const char* at = number.data();
  const char* end = at + number.size();
  if (*at == '-') ++at;
  std::int64_t integerDigits = skipDigits(at, end) - at;
  bool fraction = false;
  for (; at != end && *at != 'e' && *at != 'E'; ++at) {
    if (*at == '.') {
      fraction = true;
      continue;
    }
    if (shape.zero && *at != '0') {
      shape.zero = false;
      shape.magnitude = fraction ? -(shape.fractionDigits + 1) : integerDigits - 1;
    }
    fraction ? ++shape.fractionDigits : --integerDigits;
  }
  if (at != end) shape.exponent = readExponent(at + 1, end);
  return shape;
}

}  // namespace

double toDouble(std::string_view number) {
  double value = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  // from_chars does not say on which side.
  const NumberShape shape = shapeOf(number);
  const double size = shape.magnitude + shape.exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return number.front() == '-' ? -size : size;
}

bool isOutsideDoubleRange(std::string_view number) {
  const NumberShape shape = shapeOf(number);
  if (shape.fractionDigits - shape.exponent > kMaxFractionDigits || shape.exponent > kMaxExponent) return true;
  if (shape.zero) return false;
  const double value = toDouble(number);
  return std::isinf(value) || value == 0;
}

}  // namespace json

namespace {

template <typename Number>
void appendChars(std::string& out, Number value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out.append(text, end);
}

}  // namespace

double JsonValue::number() const {
  return json::toDouble(text);
}

void appendJsonNumber(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  appendChars(out, value);
}

void appendJsonNumber(std::string& out, std::int64_t value) {
  appendChars(out, value);
}

void appendJsonNumber(std::string& out, std::uint64_t value) {
  appendChars(out, value);
}

}  // namespace xray
