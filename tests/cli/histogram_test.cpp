#include "cli/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace xray::cli {
namespace {

std::string drawn(const std::vector<Bin>& bins, std::size_t width = 0) {
  std::ostringstream out;
  drawHistogram(out, {width, false}, bins);
  return out.str();
}

TEST(Histogram, BinsOf_ReadsTheAnswer) {
  const std::vector<Bin> bins = binsOf(R"({"histogram":[{"lo":0,"hi":2.5,"count":3},{"lo":2.5,"hi":5,"count":0}]})");
  ASSERT_EQ(bins.size(), 2u);
  EXPECT_EQ(bins[0].hi, 2.5);
  EXPECT_EQ(bins[0].count, 3);
  EXPECT_TRUE(binsOf(R"({"histogram":null})").empty());
  EXPECT_EQ(histogramLine(bins), "█·");
}

TEST(Histogram, Draw_HasAsManyDecimalsAsTellTheEndsApart) {
  EXPECT_EQ(drawn({{0, 2.5, 4}, {2.5, 5, 1}, {5, 7.5, 0}}),
            "FROM   TO  COUNT\n"
            " 0.0  2.5      4  ████████████████████████████████████████\n"
            " 2.5  5.0      1  ██████████\n"
            " 5.0  7.5      0\n");
  EXPECT_THAT(drawn({{0, 5, 4}, {5, 10, 1}}), testing::HasSubstr("   0   5      4"));
  EXPECT_THAT(drawn({{0.001, 0.0015, 4}, {0.0015, 0.002, 1}}), testing::HasSubstr("0.0010  0.0015"));
}

TEST(Histogram, Draw_ExtremeEnds_AreShown) {
  EXPECT_THAT(drawn({{-1e308, 0, 1}, {0, 1e308, 1}}), testing::HasSubstr("-1e+308"));
  EXPECT_THAT(drawn({{7, 7, 3}}), testing::HasSubstr("7   7      3"));  // all values are the same
  EXPECT_EQ(drawn({}), "");
}

TEST(Histogram, Draw_FitsEveryTerminal) {
  for (std::size_t width = 12; width < 100; ++width) {
    std::istringstream lines(drawn({{0, 2.5, 4444}, {2.5, 5, 1}}, width));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(displayWidth(line), width) << line;
  }
}

}  // namespace
}  // namespace xray::cli
