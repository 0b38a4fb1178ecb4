#include "cli/spark.h"

#include <gtest/gtest.h>

#include <vector>

#include "cli/terminal.h"

namespace xray::cli {
namespace {

using Values = std::vector<std::optional<double>>;

TEST(Spark, Sparkline_HeightsFollowTheValues) {
  EXPECT_EQ(sparkline(Values{1, 2, 3, 4, 5, 6, 7, 8}, 8), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline(Values{0, 0.001, 100}, 100), "▁▁█");
  EXPECT_EQ(sparkline(Values{5, std::nullopt, 10}, 10), "▄·█");
}

TEST(Spark, Sparkline_ExtremeValues_StayWithinTheHeights) {
  EXPECT_EQ(sparkline(Values{0, 0}, 0), "▁▁");
  EXPECT_EQ(sparkline(Values{-3, 20}, 10), "▁█");
  EXPECT_EQ(sparkline(Values{}, 1), "");
}

TEST(Spark, Bar_IsInEighthsAndNeverWiderThanAsked) {
  EXPECT_EQ(bar(1, 4), "████");
  EXPECT_EQ(bar(0.5, 4), "██");
  EXPECT_EQ(bar(0.53125, 4), "██▏");
  EXPECT_EQ(bar(0, 4), "");
  EXPECT_EQ(bar(0.0001, 4), "▏");
  for (int percent = -10; percent <= 110; ++percent) EXPECT_LE(displayWidth(bar(percent / 100.0, 7)), 7u);
}

}  // namespace
}  // namespace xray::cli
