// The package picker on a small catalogue: what a person sees, and what the backend knows afterwards.

#include <Poco/JSON/Object.h>

#include "e2e/backend.h"

namespace e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kItems =
    R"({"package": "pngtool", "section": "graphics", "installed_size_kib": 90, "description": "convert images"}
{"package": "bigconvert", "section": "graphics", "installed_size_kib": 90000, "description": "convert images of all kinds"}
{"package": "imageshow", "section": "graphics", "installed_size_kib": 80, "description": "image viewer and converter", "depends": ["libgtk-3-0"]}
{"package": "libgtk-3-0", "section": "libs", "installed_size_kib": 9000, "description": "toolkit", "depends": ["libx11-6"]}
{"package": "libx11-6", "section": "libs", "installed_size_kib": 900, "description": "windows"}
{"package": "libimage-dev", "section": "libdevel", "installed_size_kib": 10, "description": "convert images, the library"}
)";

class Picker : public ::testing::Test {
 protected:
  Picker() { backend_.sendExamplesHere(); }

  /// Runs the picker against this test's backend.
  int pick(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {program("xray-package-picker"), "--items", items_.string(), "--config",
                                        config_.string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    ChildProcess picker(command, folder_.path() / "picker.log");
    const auto exitCode = picker.wait();
    printed_ = picker.output();
    return exitCode.value_or(-1);
  }

  Json onlyRun() const {
    const auto runs = backend_.all("runs");
    EXPECT_EQ(runs.size(), 1u);
    return backend_.get("/v1/runs/" + runs.at(0)->getValue<std::string>("run_id"));
  }

  Json step(const std::string& name) const {
    const auto steps = backend_.all("steps", "name = \"" + name + "\"");
    EXPECT_EQ(steps.size(), 1u) << name;
    return steps.at(0);
  }

  static std::vector<std::string> names(const Json& run) {
    std::vector<std::string> names;
    for (const auto& step : *run->getArray("steps")) {
      names.push_back(step.extract<Json>()->getValue<std::string>("name"));
    }
    return names;
  }

  const xray::test::TempFolder folder_;
  Backend backend_{folder_.path() / "backend"};
  std::filesystem::path items_ = folder_.write("items.jsonl", kItems);
  std::filesystem::path config_ = XRAY_SOURCE_DIR "/examples/package_picker/xray-sdk.yaml";
  std::string printed_;
};

TEST_F(Picker, Wish_IsAnsweredAndEveryDecisionIsStored) {
  ASSERT_EQ(pick({"small command line tool to convert images, no X11, under 5 MB"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("1. pngtool"));
  const auto run = onlyRun();
  EXPECT_EQ(run->getValue<std::string>("status"), "completed");
  EXPECT_EQ(run->getValue<int>("violation_count"), 0);
  EXPECT_THAT(names(run), ElementsAre("parse-wish", "retrieve", "filter", "kind", "installed-size", "interface",
                                      "dependencies", "rank", "text-relevance", "priors", "choose"));
  struct Filter {
    std::string name;
    double percentage;
    std::string rule;
  };
  for (const auto& expected :
       {Filter{"kind", 25, "kind = program"}, Filter{"installed-size", 33.33, "installed size <= 4882 KiB"},
        Filter{"interface", 50, "interface = command line"}, Filter{"dependencies", 0, "no dependency"}}) {
    SCOPED_TRACE(expected.name);
    const auto filter = step(expected.name);
    EXPECT_TRUE(filter->getValue<bool>("schema_checked"));
    EXPECT_EQ(filter->getValue<std::string>("parent_step_id"), step("filter")->getValue<std::string>("step_id"));
    const auto reasoning = filter->getObject("reasoning");
    EXPECT_DOUBLE_EQ(reasoning->getValue<double>("percentage_eliminated"), expected.percentage);
    EXPECT_THAT(reasoning->getValue<std::string>("rule"), HasSubstr(expected.rule));
  }
}

TEST_F(Picker, WishThatLeavesNothing_CrashesAtTheStepThatDroppedTheLast) {
  ASSERT_EQ(pick({"convert images, under 1 KiB"}), 1) << printed_;
  EXPECT_THAT(printed_, HasSubstr("nothing found: step installed-size"));
  const auto run = onlyRun();
  EXPECT_EQ(run->getValue<std::string>("status"), "crashed");
  const auto failed = step("installed-size");
  EXPECT_EQ(run->getObject("error")->getValue<std::string>("step_id"), failed->getValue<std::string>("step_id"));
  EXPECT_EQ(failed->getValue<std::string>("status"), "error");
  EXPECT_EQ(failed->getObject("reasoning")->getValue<double>("percentage_eliminated"), 100);
  EXPECT_EQ(names(run).back(), "installed-size");
}

TEST_F(Picker, ProcessThatDies_LeavesTheRunIncompleteAtItsOpenStep) {
  ASSERT_EQ(pick({"convert images", "--die-in", "rank"}), 70) << printed_;
  EXPECT_EQ(onlyRun()->getValue<std::string>("status"), "running");
  EXPECT_EQ(step("rank")->getValue<std::string>("status"), "running");
  EXPECT_EQ(step("text-relevance")->getValue<std::string>("status"), "success");
  EXPECT_TRUE(eventually([&] { return onlyRun()->getValue<std::string>("status") == "incomplete"; }));
}

TEST_F(Picker, BadInput_IsSaidInOneLine) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "wish is required"},
      {{"convert", "--die-in", "lunch"}, "--die-in: lunch not in"},
      {{"convert", "--top", "0"}, "--top: Value 0 not in range"},
  };
  for (const auto& [arguments, message] : cases) {
    std::filesystem::remove(folder_.path() / "picker.log");
    EXPECT_EQ(pick(arguments), 2);
    EXPECT_THAT(printed_, HasSubstr(message));
  }
  EXPECT_TRUE(backend_.all("runs").empty());

  items_ = folder_.path() / "absent.jsonl";
  EXPECT_EQ(pick({"convert"}), 2);
  EXPECT_THAT(printed_, HasSubstr("absent.jsonl: no such file"));
  items_ = folder_.path() / "items.jsonl";
  config_ = folder_.write("wrong.yaml", "transport: {plugin: http-transport, options: {urll: x}}\n");
  EXPECT_EQ(pick({"convert"}), 2);
  EXPECT_THAT(printed_, HasSubstr("did you mean \"url\"?"));
}

}  // namespace
}  // namespace e2e
