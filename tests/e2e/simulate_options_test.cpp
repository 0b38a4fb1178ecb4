// xray-simulate with options that make no sense.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/backend.h"

namespace e2e {
namespace {

using ::testing::HasSubstr;

TEST(Simulate, BadOptions_AreSaidInOneLine) {
  const xray::test::TempFolder folder;
  const auto config = writeSdkConfig(folder.path() / "wrong.yaml", "urll: x");
  const std::string items = folder.write("few.jsonl", "{\"package\": \"a\", \"section\": \"net\"}\n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--seed", "1"}, "--config FILE (to record) or --answers is required"},
      {{"--answers", "--config", config.string()}, "--config excludes --answers"},
      {{"--config", config.string(), "--json"}, "--json requires --answers"},
      {{"--answers", "--date", "yesterday"}, "--date: not a date: \"yesterday\" (such as 2026-11-22)"},
      {{"--answers", "--date", "2026-02-30"}, "--date: not a date"},
      {{"--answers", "--date", "2026-11-2"}, "--date: not a date"},
      {{"--answers", "--date", "9999-12-31"}, "is still to come"},
      {{"--answers", "--runs", "47"}, "--runs: Value 47 not in range"},
      {{"--answers", "--seed", "-1"}, "--seed"},
      {{"--answers", "--items", folder.path() / "absent.jsonl"}, "absent.jsonl: no such file"},
      {{"--answers", "--items", items}, "too few packages (1)"},
  };
  int number = 0;
  for (auto [arguments, message] : cases) {
    arguments.insert(arguments.begin(), program("xray-simulate"));
    ChildProcess simulate(arguments, folder.path() / std::to_string(++number));
    EXPECT_EQ(simulate.wait(), 2) << simulate.output();
    EXPECT_THAT(simulate.output(), HasSubstr(message));
  }
}

}  // namespace
}  // namespace e2e
