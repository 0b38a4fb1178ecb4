// Ranks, buckets, bins and the order of groups.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "support/random.h"
#include "xray/analysis.h"

namespace xray {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kDenormal = std::numeric_limits<double>::denorm_min();

TEST(NearestRank, IsTheCeiling_CountedFromZero) {
  for (std::int64_t n = 1; n <= 2000; ++n) {
    for (const int percent : {1, 50, 95, 99, 100}) {
      std::int64_t rank = 1;
      while (rank * 100 < n * percent) ++rank;
      ASSERT_EQ(nearestRank(n, percent), rank - 1) << n << " " << percent;
    }
  }
  EXPECT_EQ(nearestRank(INT64_MAX, 100), INT64_MAX - 1);
}

TEST(BucketOf, IsAWholeNumberOfIntervalsFromTheEpoch) {
  const auto bucket = [](std::int64_t at, std::int64_t interval) {
    return bucketOf(Timestamp(Microseconds(at)), Microseconds(interval)).time_since_epoch().count();
  };
  EXPECT_EQ(bucket(0, 10), 0);
  EXPECT_EQ(bucket(9, 10), 0);
  EXPECT_EQ(bucket(10, 10), 10);
  EXPECT_EQ(bucket(-1, 10), -10);
  EXPECT_EQ(bucket(-10, 10), -10);
  EXPECT_EQ(bucket(-11, 10), -20);
  EXPECT_EQ(bucket(-5, 1), -5);
  EXPECT_EQ(bucket(5, INT64_MAX), 0);
  EXPECT_EQ(Timestamp(Microseconds(bucket(-5, INT64_MAX))), kFirstInstant);
  EXPECT_EQ(formatTimestamp(kFirstInstant), "0001-01-01T00:00:00.000000Z");
}

/// The bins join, lie between the ends, and each number is in the last one that begins at or before it.
void checkBins(double min, double max) {
  const Histogram histogram = histogramBetween(min, max);
  EXPECT_EQ(histogram.front().lo, min);
  EXPECT_EQ(histogram.back().hi, max);
  for (std::size_t i = 0; i < histogram.size(); ++i) {
    ASSERT_TRUE(std::isfinite(histogram[i].lo)) << min << " " << max;
    ASSERT_LE(histogram[i].lo, histogram[i].hi) << min << " " << max << " bin " << i;
    ASSERT_EQ(histogram[i].lo, i > 0 ? histogram[i - 1].hi : min);
  }
  const auto isIn = [&](double value) {
    const std::size_t bin = binOf(histogram, value);
    EXPECT_LE(histogram[bin].lo, value);
    EXPECT_TRUE(value < histogram[bin].hi || bin + 1 == histogram.size());
  };
  isIn(min);
  isIn(max);
  EXPECT_EQ(binOf(histogram, max), kHistogramBins - 1);
  for (const HistogramBin& bin : histogram) {
    isIn(bin.lo);
    isIn(std::max(min, std::nextafter(bin.lo, -kLargest)));
    isIn(std::min(max, std::nextafter(bin.lo, kLargest)));
  }
}

TEST(Histogram, OfAWholeRange_HasEqualBins) {
  const Histogram histogram = histogramBetween(0, 100);
  for (std::size_t i = 0; i < histogram.size(); ++i) {
    EXPECT_EQ(histogram[i].lo, static_cast<double>(i) * 5);
    EXPECT_EQ(histogram[i].hi, static_cast<double>(i + 1) * 5);
    EXPECT_EQ(histogram[i].count, 0);
  }
  EXPECT_EQ(binOf(histogram, 0), 0u);
  EXPECT_EQ(binOf(histogram, 4.999), 0u);
  EXPECT_EQ(binOf(histogram, 5), 1u);
  EXPECT_EQ(binOf(histogram, 100), 19u);
}

TEST(Histogram, OfOneNumber_IsInTheLastBin) {
  for (const double number : {0.0, -0.0, 1.0, -94.2, kLargest, -kLargest, kDenormal}) {
    const Histogram histogram = histogramBetween(number, number);
    EXPECT_EQ(histogram.front().lo, number);
    EXPECT_EQ(histogram.back().hi, number);
    EXPECT_EQ(binOf(histogram, number), kHistogramBins - 1);
  }
}

TEST(Histogram, OfExtremes_HoldsEverything) {
  const double ends[] = {-kLargest, -8.9e307,   -1e291,   -1e290,    -1e289, -1e16,   -1,      -1e-299,
                         -1e-300,   -kDenormal, 0,        kDenormal, 1e-310, 1e-300,  1e-299,  0.1,
                         1,         1e16,       1e16 + 2, 1e289,     1e291,  8.9e307, kLargest};
  for (const double min : ends) {
    for (const double max : ends) {
      if (min <= max) checkBins(min, max);
    }
  }
}

TEST(Histogram, OfAnyNumbers_HoldsEverything) {
  test::Random random("Histogram");
  for (int i = 0; i < 20'000; ++i) {
    const auto any = [&] {
      double number = 0;
      do {
        const std::uint64_t bits = random.below(UINT64_MAX);
        std::memcpy(&number, &bits, sizeof(number));
      } while (!std::isfinite(number));
      return number;
    };
    const double first = any();
    // Far apart, or a few steps.
    double second = any();
    if (random.chance(0.5)) {
      second = first;
      for (std::uint64_t steps = random.below(50); steps > 0; --steps) second = std::nextafter(second, kLargest);
    }
    checkBins(std::min(first, second), std::max(first, second));
    if (HasFatalFailure()) return;
  }
}

TEST(GroupOrder, TextsNumbersTruthsMissing_EachDescending) {
  const std::vector<GroupValue> order = {
      std::string("é"), std::string("b"), std::string("a"), std::string(""), 1e300, 2.0, 0.0, -1.0, true, false,
      std::monostate()};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      EXPECT_EQ(groupStandsBefore({order[i]}, {order[j]}), i < j) << i << " " << j;
      EXPECT_EQ(groupStandsBefore({true, order[i]}, {true, order[j]}), i < j);
    }
  }
  EXPECT_TRUE(groupStandsBefore({std::string("b"), std::string("a")}, {std::string("a"), std::string("b")}));
}

}  // namespace
}  // namespace xray
