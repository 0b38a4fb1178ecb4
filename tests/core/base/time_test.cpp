#include "xray/time.h"

#include <gtest/gtest.h>

namespace xray {
namespace {

TEST(ParseTimestamp, ValidTexts_AreConvertedToUtcAndCutToMicroseconds) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-11-22T16:07:00Z", "2026-11-22T16:07:00.000000Z"},
      {"2026-11-22t16:07:00z", "2026-11-22T16:07:00.000000Z"},
      {"2026-11-22 16:07:00.5Z", "2026-11-22T16:07:00.500000Z"},
      {"2026-11-22T16:07:00.123456789Z", "2026-11-22T16:07:00.123456Z"},
      {"2026-11-22T16:07:00.999999999Z", "2026-11-22T16:07:00.999999Z"},
      {"2026-11-22T16:07:00+02:00", "2026-11-22T14:07:00.000000Z"},
      {"2026-11-22T00:30:00+05:30", "2026-11-21T19:00:00.000000Z"},
      {"2026-12-31T23:00:00-01:30", "2027-01-01T00:30:00.000000Z"},
      {"2026-11-22T16:07:00-00:00", "2026-11-22T16:07:00.000000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
      {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
  };
  for (const auto& [text, expected] : cases) {
    const auto time = parseTimestamp(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(formatTimestamp(*time), expected) << text;
  }
}

TEST(ParseTimestamp, NaiveOrMalformedTexts_AreRefused) {
  for (const char* text : {"",
                           "2026-11-22",
                           "2026-11-22T16:07:00",
                           "2026-11-22T16:07Z",
                           "2026-11-22T16:07:00.Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T16:60:00Z",
                           "2026-11-22T16:07:61Z",
                           "2026-11-22T16:07:00.1234567890Z",
                           "2026-11-22T16:07:00+2:00",
                           "2026-11-22T16:07:00+24:00",
                           "2026-11-22T16:07:00+02:60",
                           "2026-11-22T16:07:00 Z",
                           "2026-11-22T16:07:00Zx",
                           " 2026-11-22T16:07:00Z",
                           "26-11-22T16:07:00Z",
                           "0000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+01:00",
                           "9999-12-31T23:59:59-01:00",
                           "9999-12-31T23:59:60Z",
                           "1700000000"}) {
    EXPECT_FALSE(parseTimestamp(text)) << text;
  }
}

TEST(ParseDuration, ValidTexts_GiveMicroseconds) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"250ms", 250'000},      {"1.5s", 1'500'000}, {"5m", 300'000'000}, {"24h", 86'400'000'000},
      {"7d", 604'800'000'000}, {"10us", 10},        {"0s", 0},           {"0.5ms", 500}};
  for (const auto& [text, micros] : cases) {
    const auto duration = parseDuration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(duration->count(), micros) << text;
  }
}

TEST(ParseDuration, OtherTexts_AreRefused) {
  for (const char* text :
       {"", "5", "ms", "-5s", "5 s", "5S", "1e3s", "s5", "5sec", "nans", "infs", "1h30m", "99999999999999999999d"}) {
    EXPECT_FALSE(parseDuration(text)) << text;
  }
}

TEST(FormatDuration, GivesTheLargestUnitThatIsExact) {
  using namespace std::chrono_literals;
  EXPECT_EQ(formatDuration(15min), "15m");
  EXPECT_EQ(formatDuration(1500ms), "1500ms");
  EXPECT_EQ(formatDuration(48h), "2d");
  EXPECT_EQ(formatDuration(0s), "0s");
  EXPECT_EQ(formatDuration(7us), "7us");
}

TEST(ManualClock, StandsStillUntilTold) {
  ManualClock clock(Timestamp(Microseconds(5)));
  EXPECT_EQ(clock.now(), Timestamp(Microseconds(5)));
  clock.advance(Microseconds(10));
  EXPECT_EQ(clock.now(), Timestamp(Microseconds(15)));
}

}  // namespace
}  // namespace xray
