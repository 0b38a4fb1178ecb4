// The plan of xray-simulate, and the answers that are counted from it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "simulate/answers.h"
#include "simulate/definition.h"
#include "support/temp_folder.h"

namespace simulate {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const xray::Timestamp kMidnight = *xray::parseTimestamp("2026-11-22T00:00:00Z");
const std::string kSchemas = XRAY_SOURCE_DIR "/examples/simulate/schemas";

/// 120 programs, of sizes and numbers of dependencies that differ, among 80 libraries; all of them edit text.
picker::Catalogue catalogue() {
  picker::Catalogue catalogue{{}, "made up"};
  for (int i = 0; i < 200; ++i) {
    picker::Package package;
    package.name = (i < 120 ? "editor-" : "libeditor-") + std::to_string(i);
    package.section = i < 120 ? "editors" : "libs";
    package.description = "text editor";
    package.installedKib = (i * 37) % 1000;
    package.depends.assign(static_cast<std::size_t>(i % 7), {"libc6"});
    catalogue.packages.push_back(package);
  }
  return catalogue;
}

Plan planOf(std::size_t runs, std::uint64_t seed) {
  auto plan = makePlan({.day = {.midnight = kMidnight, .runs = runs}, .seed = seed}, catalogue());
  EXPECT_TRUE(plan.ok()) << plan.status().message();
  return std::move(*plan);
}

std::string answersText(const Plan& plan) {
  const auto answers = answersOf(plan, kSchemas);
  EXPECT_TRUE(answers.ok()) << answers.status().message();
  std::ostringstream out;
  print(out, plan, *answers);
  printJson(out, plan, *answers);
  return out.str();
}

TEST(SimulatePlan, SameSeed_SameAnswers_OtherSeedOrNumberOfRuns_Others) {
  EXPECT_EQ(answersText(planOf(96, 7)), answersText(planOf(96, 7)));
  EXPECT_NE(answersText(planOf(96, 7)), answersText(planOf(96, 8)));
  EXPECT_NE(answersText(planOf(96, 7)), answersText(planOf(97, 7)));
}

TEST(SimulatePlan, EveryHour_HasRunsOfEveryPipeline_ThatEndInIt) {
  const Plan plan = planOf(kLeastRuns, 3);
  const auto hoursOf = [](const auto& runs) {
    std::set<xray::Timestamp> found;
    for (const auto& run : runs) {
      const auto hour = std::chrono::floor<hours>(run.start);
      found.insert(hour);
      EXPECT_LT(run.start, hour + std::chrono::minutes(50));
    }
    return found;
  };
  for (const auto& found :
       {hoursOf(plan.searches), hoursOf(plan.tickets), hoursOf(plan.jobs), hoursOf(plan.payments)}) {
    EXPECT_EQ(found.size(), 24u);
    EXPECT_EQ(*found.begin(), kMidnight);
    EXPECT_EQ(*found.rbegin(), kMidnight + hours(23));
  }
}

TEST(SimulatePlan, ToolsCauseSevenOfTenCrashes_WhateverTheNumberOfRuns) {
  for (const std::size_t runs : {48u, 79u, 80u, 480u, 1001u}) {
    const auto answers = answersOf(planOf(runs, runs), kSchemas);
    ASSERT_TRUE(answers.ok());
    const auto answer = std::ranges::find(*answers, "crash-cause", &Answer::key);
    EXPECT_EQ(answer->stepType, "tool");
    const auto share = std::ranges::find(answer->expected, "share", &Expectation::key);
    EXPECT_DOUBLE_EQ(std::get<double>(share->value), 0.7) << runs;
  }
}

TEST(SimulatePlan, NarrowFilter_DropsNearlyEverythingFromItsHourOn_AndLeavesSomething) {
  const Plan plan = planOf(240, 1);
  for (const SearchRun& run : plan.searches) {
    const FilterOutcome& filter = run.outcome->filters.back();
    EXPECT_EQ(filter.name, "installed-size");
    EXPECT_GE(filter.after, 1u);
    if (run.start >= kMidnight + hours(14)) {
      EXPECT_GT(filter.percentageEliminated, 95);
    } else {
      EXPECT_NEAR(filter.percentageEliminated, 40, 2);
    }
    EXPECT_FALSE(run.outcome->selected.empty());
  }
}

TEST(SimulatePlan, CatalogueThatIsTooSmall_IsRefused) {
  picker::Catalogue few = catalogue();
  few.packages.resize(30);
  const auto plan = makePlan({.day = {.midnight = kMidnight}}, few);
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(plan.status().message(), HasSubstr("made up: too few packages (30)"));
}

TEST(SimulateDefinition, Change_NamesKeysByStepType) {
  const xray::test::TempFolder folder;
  const auto from =
      folder.write("from.json", R"({"steps": {"llm": {"reasoning": ["a", {"key": "b", "type": "number"}, "c"]}}})");
  const auto to =
      folder.write("to.json", R"({"steps": {"llm": {"reasoning": [{"key": "a"}, "b", "d"], "input_data": ["c"]}}})");
  const auto change = changeBetween(from, to);
  ASSERT_TRUE(change.ok()) << change.status().message();
  EXPECT_THAT(change->added, ElementsAre(KeyPlace{"llm", "input_data", "c"}, KeyPlace{"llm", "reasoning", "d"}));
  EXPECT_THAT(change->removed, ElementsAre(KeyPlace{"llm", "reasoning", "c"}));
  EXPECT_THAT(change->changed, ElementsAre(KeyPlace{"llm", "reasoning", "b"}));
}

TEST(SimulateDefinition, FileThatIsNone_IsSaid) {
  const xray::test::TempFolder folder;
  const auto good = folder.write("good.json", "{}");
  EXPECT_THAT(changeBetween(folder.path() / "absent.json", good).status().message(),
              HasSubstr("absent.json: cannot be read"));
  EXPECT_THAT(changeBetween(good, folder.write("list.json", "[]")).status().message(),
              HasSubstr("list.json: a definition is a JSON object"));
  EXPECT_THAT(changeBetween(good, folder.write("half.json", "{")).status().message(), HasSubstr("half.json: "));
}

}  // namespace
}  // namespace simulate
