#pragma once
// Numbers as JSON Schema sees them: 1, 1.0 and 10e-1 are the same integer.

#include <cstdint>
#include <optional>
#include <string>

#include "xray/json.h"

namespace xray::jsonschema {

/// The value of a number without fraction within 64 bits; nothing for anything else.
std::optional<std::int64_t> integerOf(const JsonValue& value);

/// Whether a number has no fraction, however large it is.
bool isIntegral(const JsonValue& value);

/// Whether `value` is a multiple. Exact for integers of 64 bits, else as near as doubles are.
bool isMultipleOf(const JsonValue& value, std::int64_t divisor);
bool isMultipleOf(const JsonValue& value, double divisor);

/// The same content in one form, numbers as their doubles, so that equal values are equal texts. Recursive.
std::string normalForm(const JsonValue& value);

/// Equal as JSON Schema compares: numbers by value (as doubles), objects whatever their order.
bool sameJson(const JsonValue& left, const JsonValue& right);

}  // namespace xray::jsonschema
