#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"

namespace xray::cli {

/// A bin of a `histogram` of the analysis.
struct Bin {
  double lo = 0;
  double hi = 0;
  double count = 0;
};
/// Of a row of values; none where it is null.
std::vector<Bin> binsOf(std::string_view row);

/// One column a bin.
std::string histogramLine(const std::vector<Bin>& bins);

/// One line a bin, with its ends and a bar.
void drawHistogram(std::ostream& out, const Terminal& terminal, const std::vector<Bin>& bins);

}  // namespace xray::cli
