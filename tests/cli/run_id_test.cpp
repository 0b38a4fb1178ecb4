#include "cli/run_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/stored_source.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

std::string started(const std::string& runId, const std::string& at) {
  return R"({"event":"run.started","run_id":")" + runId + R"(","pipeline":"p","at":")" + at + "\"}";
}

std::string found(Source& source, const char* text) {
  const Result<RunIdText> id = RunIdText::parse(text);
  if (!id.ok()) return id.status().message();
  const Result<Id> run = findRun(source, *id);
  return run.ok() ? run->toString() : run.status().message();
}

TEST(RunId, Parse_TakesBeginningsWithAndWithoutDashes) {
  EXPECT_EQ(RunIdText::parse("0190B2A4")->prefix, "0190b2a4");
  EXPECT_EQ(RunIdText::parse("0190b2a47c11")->prefix, "0190b2a4-7c11");
  EXPECT_EQ(RunIdText::parse("0190b2a4-7c11-7")->prefix, "0190b2a4-7c11-7");
  EXPECT_TRUE(RunIdText::parse("0190b2a47c117000800000000000000a")->whole());
  for (const char* bad : {"", "0190b2a", "latest", "0190b2a4x", "0190-b2a4", "0190b2a4--7c11",
                          "0190b2a4-7c11-7000-8000-00000000000a0", "0190b2a4-7c11-7000-8000-00000000000g"}) {
    EXPECT_FALSE(RunIdText::parse(bad).ok()) << bad;
  }
}

TEST(RunId, FindRun_Version7_IsFoundByItsMomentAlone) {
  StoredSource source;
  const std::string id = "019daadb-6c00-7abc-8000-00000000000a";  // 2026-04-20T12:26:40Z
  source.add(
      {started(id, "2026-04-20T12:26:40Z"), started("019dbbbb-7e80-7abc-8000-00000000000a", "2026-04-23T00:00:00Z")});
  EXPECT_EQ(found(source, "019daadb-6c00"), id);
  ASSERT_EQ(source.asked.size(), 1u);
  EXPECT_THAT(source.asked[0].parameters[0].second, HasSubstr("started_at >= 2026-04-20T12:26:"));
}

TEST(RunId, FindRun_OtherIds_AreFoundAmongTheNewest) {
  StoredSource source;
  const std::string id = "ffffffff-7c11-4000-8000-00000000000a";
  source.add(
      {started(id, "2026-11-22T15:00:00Z"), started("0190b2a4-7c11-7000-8000-00000000000a", "2026-11-22T15:00:00Z")});
  EXPECT_EQ(found(source, "ffffffff"), id);
  EXPECT_EQ(found(source, "0190b2a4"), "0190b2a4-7c11-7000-8000-00000000000a");
  EXPECT_THAT(found(source, "12345678"), HasSubstr("there is no run whose id begins with 12345678"));
}

TEST(RunId, FindRun_Several_AreNamed) {
  StoredSource source;
  for (const char* end : {"a", "b", "c", "d"})
    source.add({started(std::string("0190b2a4-7c11-7000-8000-00000000000") + end, "2026-11-22T15:00:00Z")});
  const std::string message = found(source, "0190b2a4-7c11");
  EXPECT_THAT(message,
              HasSubstr("4 runs have ids that begin with 0190b2a4-7c11: 0190b2a4-7c11-7000-8000-00000000000a, "));
  EXPECT_THAT(message, HasSubstr(", …; give more of it"));
  EXPECT_EQ(found(source, "0190b2a4-7c11-7000-8000-00000000000c"), "0190b2a4-7c11-7000-8000-00000000000c");
}

TEST(RunId, ShortIdSize_TellsIdsApart) {
  EXPECT_EQ(shortIdSize({}), 13u);
  EXPECT_EQ(shortIdSize({"0190b2a4-7c11-7000-8000-00000000000a", "0190b2a4-7c12-7000-8000-00000000000a"}), 13u);
  EXPECT_EQ(shortIdSize({"0190b2a4-7c11-7000-8000-00000000000a", "0190b2a4-7c11-7001-8000-00000000000a"}), 18u);
  EXPECT_EQ(shortIdSize({"0190b2a4-7c11-7000-8000-00000000000a", "0190b2a4-7c11-7000-8000-00000000000a"}), 13u);
  EXPECT_EQ(shortIdSize({"0190b2a4-7c11-7000-8000-00000000000a", "0190b2a4-7c11-7000-8000-00000000000b"}), 36u);
}

}  // namespace
}  // namespace xray::cli
