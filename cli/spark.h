#pragma once
// Small drawings out of block characters; every one is as many columns wide as said.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace xray::cli {

/// One column a value, from nothing to `greatest` in eight heights; what is greater than 0 is seen. "·" where there is
/// no value.
std::string sparkline(std::span<const std::optional<double>> values, double greatest);

/// Filled from the left to `share` (0..1) of `width` columns, in eighths, without blanks behind it; more than nothing
/// is seen.
std::string bar(double share, std::size_t width);

}  // namespace xray::cli
