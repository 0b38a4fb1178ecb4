#include "cli/format.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace xray::cli {
namespace {

TEST(Format, Durations_ReadWell) {
  const std::pair<double, const char*> cases[] = {
      {0, "0µs"},           {0.0123, "12µs"},     {0.99, "990µs"},      {3.5, "3.5ms"},      {99.94, "99.9ms"},
      {99.96, "100ms"},     {870.4, "870ms"},     {999.6, "1.00s"},     {1834.25, "1.83s"},  {59994, "59.99s"},
      {59996, "1m 00s"},    {125000, "2m 05s"},   {3599400, "59m 59s"}, {3600000, "1h 00m"}, {11220000, "3h 07m"},
      {86400000, "1d 00h"}, {352800000, "4d 02h"}};
  for (const auto& [milliseconds, text] : cases) EXPECT_EQ(formatMilliseconds(milliseconds), text) << milliseconds;
}

TEST(Format, Times_AreLocalUnlessAskedForUtc) {
  setenv("TZ", "XYZ-02:30", 1);
  tzset();
  EXPECT_EQ(formatTime("2026-11-22T16:07:00.123456Z", {.utc = true}), "2026-11-22 16:07:00.123Z");
  EXPECT_EQ(formatTime("2026-11-22T22:07:00.123456Z", {.utc = false}), "2026-11-23 00:37:00.123");
  EXPECT_EQ(formatTime("1969-12-31T23:59:59.999999Z", {.utc = true}), "1969-12-31 23:59:59.999Z");
  EXPECT_EQ(formatTime("2026-11-22T16:07:00.999999Z", {.utc = true, .milliseconds = false}), "2026-11-22 16:07:00Z");
  EXPECT_EQ(formatTime("soon\x1b", {.utc = true}), "soon\\x1b");
}

TEST(Format, Members_AreHarmlessAndAbsentOnesEmpty) {
  const char* object =
      R"({"a":"x\u001by","b":null,"c":1.50,"d":{"k":1},"error":{"type":"T","message":"m\n"},"ms":2500})";
  EXPECT_EQ(memberText(object, "a"), "x\\x1by");
  EXPECT_EQ(memberString(object, "a"), "x\x1by");
  EXPECT_EQ(memberText(object, "b"), "");
  EXPECT_EQ(memberText(object, "c"), "1.50");
  EXPECT_EQ(memberText(object, "d"), "{\"k\":1}");
  EXPECT_EQ(memberText(object, "e"), "");
  EXPECT_EQ(memberDuration(object, "ms"), "2.50s");
  EXPECT_EQ(memberDuration(object, "a"), "");
  EXPECT_EQ(errorText(object), "T: m\\n");
  EXPECT_EQ(errorText(R"({"error":{"message":"m"}})"), "m");
  EXPECT_EQ(errorText(R"({"error":{"type":"T"}})"), "T");
  EXPECT_EQ(errorText(R"({"error":null})"), "");
}

}  // namespace
}  // namespace xray::cli
