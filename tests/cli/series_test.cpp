#include "cli/series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace xray::cli {
namespace {

using testing::ElementsAre;

constexpr std::chrono::hours kHour{1};

std::string row(const std::string& name, int hour, int count, int value) {
  const std::string digits = (hour < 10 ? "0" : "") + std::to_string(hour);
  return R"({"name":")" + name + R"(","bucket":"2026-11-22T)" + digits + R"(:00:00.000000Z","count":)" +
         std::to_string(count) + R"(,"errors":1,"p95_ms":)" + std::to_string(value) + "}";
}

GroupedAnswer answerOf(const std::vector<std::string>& rows) {
  std::string body = "{\"rows\":[";
  for (const std::string& text : rows) body += (body.back() == '[' ? "" : ",") + text;
  return {body + "],\"truncated\":false}", {"name"}};
}

/// As the API sorts: by count.
GroupedAnswer sample() {
  return answerOf({row("b", 14, 9, 80), row("a", 10, 5, 20), row("a", 12, 5, 10), row("a", 11, 4, 40)});
}

TimeWindow::Ends ends(const char* since, const char* until) {
  return *TimeWindow{since, until, true}.read(*parseTimestamp("2026-11-22T16:30:00Z"));
}

SeriesChart chart(std::size_t maxColumns, Merge merge = Merge::Greatest, const TimeWindow::Ends& window = {}) {
  return chartOf(sample(), "p95_ms", merge, kHour, window, *parseTimestamp("2026-11-22T16:30:00Z"), maxColumns);
}

TEST(Series, ChartOf_ReachesOverAllGroups_AndShowsGaps) {
  const SeriesChart all = chart(100);
  ASSERT_EQ(all.series.size(), 2u);
  EXPECT_EQ(formatTimestamp(all.from), "2026-11-22T10:00:00.000000Z");
  EXPECT_EQ(formatTimestamp(all.to), "2026-11-22T15:00:00.000000Z");
  EXPECT_THAT(all.series[0].columns, ElementsAre(20, 40, 10, std::nullopt, std::nullopt));  // a has more, 14 in all
  EXPECT_THAT(all.series[1].columns,
              ElementsAre(std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::optional(80.0)));
}

TEST(Series, ChartOf_Window_IsTheAxis) {
  const SeriesChart since = chart(100, Merge::Greatest, ends("2026-11-22T08:20:00Z", ""));
  EXPECT_EQ(formatTimestamp(since.from), "2026-11-22T08:00:00.000000Z");
  EXPECT_EQ(formatTimestamp(since.to), "2026-11-22T17:00:00.000000Z");
  EXPECT_EQ(since.columns, 9u);
  const SeriesChart until = chart(100, Merge::Greatest, ends("2026-11-22T10:00:00Z", "2026-11-22T16:00:00Z"));
  EXPECT_EQ(formatTimestamp(until.to), "2026-11-22T16:00:00.000000Z");
}

TEST(Series, ChartOf_MoreBucketsThanColumns_ShareThem) {
  const SeriesChart greatest = chart(3);
  EXPECT_EQ(greatest.bucketsPerColumn, 2);
  EXPECT_THAT(greatest.series[0].columns, ElementsAre(40, 10, std::nullopt));
  EXPECT_THAT(chart(3, Merge::Sum).series[0].columns, ElementsAre(60, 10, std::nullopt));
  EXPECT_EQ(chart(1).columns, 1u);
}

TEST(Series, ChartOf_NoRows_IsEmpty) {
  const SeriesChart none =
      chartOf(answerOf({}), "count", Merge::Sum, kHour, {}, *parseTimestamp("2026-11-22T16:30:00Z"), 10);
  EXPECT_EQ(none.columns, 0u);
  EXPECT_TRUE(none.series.empty());
}

TEST(Series, DrawSeries_IsALineAGroup) {
  std::ostringstream out, error;
  Output output{out, error, {}};
  drawSeries(sample(), {"p95_ms", "p95", Merge::Greatest, memberDuration, true}, {"1h", false}, {"", "", true}, output);
  EXPECT_EQ(out.str(),
            "NAME  COUNT  ERRORS   LEAST    MOST  11-22\n"
            "a        14       3  10.0ms  40.0ms  ▄█▂··\n"
            "b         9       1  80.0ms  80.0ms  ····█\n"
            "LEAST, MOST: p95 of an interval. One column is 1h; · is none.\n");
}

TEST(Series, DrawSeries_FitsEveryTerminal) {
  for (std::size_t width = 24; width < 500; ++width) {
    std::ostringstream out, error;
    Output output{out, error, {width, false}};
    drawSeries(sample(), {"p95_ms", "p95", Merge::Greatest, memberDuration, true}, {"1m", false},
               {"2026-11-22T08:20:00Z", "2026-11-22T16:00:00Z", true}, output);
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) EXPECT_LE(displayWidth(line), width) << line;
  }
}

}  // namespace
}  // namespace xray::cli
