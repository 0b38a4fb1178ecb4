// Built without fused multiply-add (CMakeLists.txt): edges are the same doubles wherever they are worked out.

#include <algorithm>

#include "xray/analysis.h"

namespace xray {

std::int64_t nearestRank(std::int64_t n, int percent) {
  // ⌈n · percent / 100⌉ without overflow.
  const std::int64_t whole = n / 100 * percent;
  const std::int64_t rest = n % 100 * percent;
  return whole + (rest + 99) / 100 - 1;
}

Timestamp bucketOf(Timestamp time, Microseconds interval) {
  const std::int64_t at = time.time_since_epoch().count();
  const std::int64_t width = interval.count();
  const std::int64_t into = at % width;
  return std::max(kFirstInstant, Timestamp(Microseconds(at - into - (into < 0 ? width : 0))));
}

Histogram histogramBetween(double min, double max) {
  Histogram histogram;
  const double scale = min < -kHugeNumber && max > kHugeNumber ? kHugeScale : 1;
  const double span = max / scale - min / scale;
  const double width = span > kSmallestSpan ? span / kHistogramBins : 0;
  for (std::size_t i = 0; i < kHistogramBins; ++i) {
    histogram[i].lo = (min / scale + static_cast<double>(i) * width) * scale;
    if (i > 0) histogram[i - 1].hi = histogram[i].lo;
  }
  histogram.back().hi = max;
  return histogram;
}

std::size_t binOf(const Histogram& histogram, double value) {
  const auto after = std::upper_bound(histogram.begin() + 1, histogram.end(), value,
                                      [](double left, const HistogramBin& bin) { return left < bin.lo; });
  return static_cast<std::size_t>(after - histogram.begin()) - 1;
}

bool groupStandsBefore(const Group& left, const Group& right) {
  // The variant's own order is by alternative first: monostate, bool, double, string.
  return right < left;
}

}  // namespace xray
