// The program that README.md shows: the same text, and it works.

#include <Poco/JSON/Object.h>

#include <fstream>
#include <sstream>

#include "e2e/backend.h"

namespace e2e {
namespace {

std::string textOf(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(std::string(XRAY_SOURCE_DIR) + "/" + file).rdbuf();
  return text.str();
}

TEST(Quickstart, Readme_ShowsTheProgramThatIsBuilt) {
  EXPECT_THAT(textOf("README.md"),
              ::testing::HasSubstr("```cpp\n" + textOf("examples/quickstart/quickstart.cpp") + "```"));
}

TEST(Quickstart, Program_RecordsItsRun) {
  const xray::test::TempFolder folder;
  Backend backend(folder.path() / "backend");
  const auto config = writeSdkConfig(folder.path() / "sdk.yaml", "url: \"" + backend.eventsUrl() + "\"");
  ChildProcess quickstart({program("xray-quickstart"), config.string()}, folder.path() / "log");
  ASSERT_EQ(quickstart.wait(), 0) << quickstart.output();
  const auto steps = backend.all("steps", "reasoning.percentage_eliminated > 90 AND run.metadata.market = US");
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0]->getValue<std::string>("name"), "price-filter");
  EXPECT_EQ(backend.all("runs", "status = completed AND pipeline = product-selection").size(), 1u);
}

}  // namespace
}  // namespace e2e
