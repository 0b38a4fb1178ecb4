#include "cli/time_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "xray/filter.h"

namespace xray::cli {
namespace {

const Timestamp kNow = *parseTimestamp("2026-11-22T16:00:00Z");

/// The zone of this process for one test.
class Zone {
 public:
  explicit Zone(const char* name) {
    setenv("TZ", name, 1);
    tzset();
  }
  ~Zone() {
    unsetenv("TZ");
    tzset();
  }
};

std::string literal(const char* text, bool utc = false) {
  const Result<AskedTime> time = parseAskedTime("--since", text, kNow, utc);
  return time.ok() ? time->literal : time.status().message();
}

TEST(TimeWindow, ParseAskedTime_HowLongAgo_IsCountedByTheServer) {
  EXPECT_EQ(literal("24h"), "ago(24h)");
  EXPECT_EQ(parseAskedTime("--since", "24h", kNow, false)->time, *parseTimestamp("2026-11-21T16:00:00Z"));
}

TEST(TimeWindow, ParseAskedTime_PointsInTime) {
  const Zone berlin("Europe/Berlin");
  EXPECT_EQ(literal("2026-11-22T16:00:00Z"), "2026-11-22T16:00:00.000000Z");
  EXPECT_EQ(literal("2026-11-22 16:00:00+01:00"), "2026-11-22T15:00:00.000000Z");
  EXPECT_EQ(literal("2026-11-22"), "2026-11-21T23:00:00.000000Z");
  EXPECT_EQ(literal("2026-07-22 16:30"), "2026-07-22T14:30:00.000000Z");
  EXPECT_EQ(literal("2026-11-22T16:30:15.25"), "2026-11-22T15:30:15.250000Z");
  EXPECT_EQ(literal("2026-11-22 16:30", true), "2026-11-22T16:30:00.000000Z");
}

TEST(TimeWindow, ParseAskedTime_NoTime_SaysWhatIsAllowed) {
  for (const char* text : {"", "yesterday", "24", "24x", "-1h", "2026-13-01", "2026-02-30", "2026-11-22 25:00",
                           "2026-11-22 16", "2026-11-22T16:00:00Zx", "2026-11-22 16:00x", "99999999d", "2026-1-1"}) {
    const Result<AskedTime> time = parseAskedTime("--until", text, kNow, false);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_EQ(time.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(time.status().message(), testing::StartsWith("--until: \"" + std::string(text) + "\" is no time"));
  }
}

TEST(TimeWindow, Read_BeginningAfterTheEnd_IsRefused) {
  EXPECT_TRUE((TimeWindow{"24h", "1h", false}.read(kNow).ok()));
  EXPECT_FALSE((TimeWindow{"1h", "24h", false}.read(kNow).ok()));
  EXPECT_FALSE((TimeWindow{"1h", "1h", false}.read(kNow).ok()));
}

TEST(TimeWindow, Narrowed_KeepsTheFiltersMeaning) {
  const TimeWindow::Ends ends = *TimeWindow{"24h", "2026-11-22T15:00:00Z", false}.read(kNow);
  EXPECT_EQ(narrowed("", ends), "started_at >= ago(24h) AND started_at < 2026-11-22T15:00:00.000000Z");
  const std::string both = narrowed("pipeline = a OR pipeline = b", ends);
  EXPECT_EQ(both,
            "(pipeline = a OR pipeline = b) AND started_at >= ago(24h) AND started_at < 2026-11-22T15:00:00.000000Z");
  EXPECT_TRUE(parseFilter(both, Entity::Run, kNow).ok());
  EXPECT_EQ(narrowed("x", {}), "x");
}

}  // namespace
}  // namespace xray::cli
