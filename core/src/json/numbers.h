#pragma once

#include <string_view>

namespace xray::json {

/// The nearest double of a JSON number; infinite when out of range.
double toDouble(std::string_view number);

/// Whether rewriteJson makes a string of the number.
bool isOutsideDoubleRange(std::string_view number);

}  // namespace xray::json
