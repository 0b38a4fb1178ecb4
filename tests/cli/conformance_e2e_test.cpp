// `xray conformance` as an outsider calls it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/served_backend.h"
#include "e2e/child_process.h"
#include "support/temp_folder.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

struct Ended {
  int code = -1;
  std::string output;
};

Ended conformance(std::vector<std::string> arguments, std::string program = xrayProgram()) {
  const test::TempFolder folder;
  arguments.insert(arguments.begin(), {std::move(program), "conformance"});
  e2e::ChildProcess child(arguments, folder.path() / "output");
  return {child.wait().value_or(-1), child.output()};
}

TEST(Conformance, PluginWithItsOptions_IsPutThroughItsSuite_AndTheFiguresAreTold) {
  const test::TempFolder folder;
  const auto options = folder.write("options.yaml", "path: '{dir}/some.db'\nread_connections: 2\n");
  const Ended ended =
      conformance({"--plugin", "sqlite", "--options", options.string(), "--gtest_filter=Store/RejectionsTest.*"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("Store sqlite: 6 cases, 6 passed, 0 failed, 0 skipped"));
}

TEST(Conformance, WrongOptions_AreToldWithTheirPlace_BeforeAnythingRuns) {
  const test::TempFolder folder;
  const auto options = folder.write("options.yaml", "path: x\ncache_size: lots\n");
  const Ended ended = conformance({"--plugin", "sqlite", "--options", options.string()});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr(options.string() + ":2:13: cache_size: "));
  EXPECT_THAT(ended.output, testing::Not(HasSubstr("[ RUN")));
}

TEST(Conformance, UnknownPlugin_IsToldWithTheNearest) {
  const Ended ended = conformance({"--plugin", "sqlit"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("did you mean \"sqlite\"?"));
}

TEST(Conformance, SuiteThatIsNotInstalled_IsTold) {
  const test::TempFolder folder;
  const std::filesystem::path alone = folder.path() / "xray";
  std::filesystem::copy_file(xrayProgram(), alone);
  const Ended ended = conformance({"--plugin", "sqlite"}, alone.string());
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("the conformance suite is not installed"));
}

}  // namespace
}  // namespace xray::cli
