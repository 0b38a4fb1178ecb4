#include "cli/schema_trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/pointer.h"

namespace xray::cli {
namespace {

using testing::ElementsAre;

/// Finds a violation for each member of a list under reasoning.bad.
class EveryPlace : public CompiledSchema {
 public:
  void check(const StepContent& step, std::vector<Violation>& violations) const override {
    if (step.reasoning == "{}") return;
    for (const char* place : {"0", "1", "17"})
      violations.push_back({std::string("/reasoning/bad/") + place + "/id", ViolationKind::WrongType, ""});
  }
};

std::string step(const std::string& name, const std::string& reasoning, const std::string& more = "") {
  return R"({"run_id":"0190b2a4-7c11-7000-8000-00000000000a","name":")" + name +
         R"(","step_type":"filter","status":"success","input_data":{},"output_data":{},"reasoning":)" + reasoning +
         more + "}";
}

std::unique_ptr<CompiledSchema> keyList(const char* definition) {
  return std::move(*makeKeyListValidator()->compile(definition));
}

TEST(SchemaTrial, Findings_CountStepsByKeyAndStep) {
  SchemaTrial trial(keyList(R"({"step_types":["filter"],"reasoning":["rule",{"key":"score","type":"number"}]})"));
  trial.add(step("price", R"({"rule":"x","score":1})"));
  trial.add(step("price", R"({"old":1,"score":"high"})"));
  trial.add(step("stock", R"({"old":1})"));
  trial.add(step("price", R"({"old":2})"));
  EXPECT_EQ(trial.steps(), 4);
  EXPECT_EQ(trial.violatingSteps(), 3);
  const std::vector<SchemaTrial::Finding> findings = trial.findings();
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].name, "price");
  EXPECT_EQ(findings[0].pointer, "/reasoning/old");
  EXPECT_EQ(findings[0].steps, 2);
  EXPECT_EQ(findings[0].example, "0190b2a4-7c11-7000-8000-00000000000a");
  EXPECT_EQ(findings[1].kind, ViolationKind::WrongType);
  EXPECT_EQ(findings[2].name, "stock");
}

TEST(SchemaTrial, PlacesInLists_AreOneKey_AndCountOnceAStep) {
  SchemaTrial trial(std::make_unique<EveryPlace>());
  trial.add(step("a", R"({"bad":[]})"));
  trial.add(step("a", "{}"));
  ASSERT_EQ(trial.findings().size(), 1u);
  EXPECT_EQ(trial.findings()[0].pointer, "/reasoning/bad/*/id");
  EXPECT_EQ(trial.findings()[0].steps, 1);
}

TEST(SchemaTrial, FindingsWithoutEnd_AreBoundedAndCounted) {
  SchemaTrial trial(keyList(R"({"reasoning":[]})"));
  for (std::size_t i = 0; i < SchemaTrial::kMaxFindings + 5; ++i)
    trial.add(step("a", "{\"key" + std::to_string(i) + "\":1}"));
  EXPECT_EQ(trial.findings().size(), SchemaTrial::kMaxFindings);
  EXPECT_EQ(trial.notListed(), 5);
  EXPECT_EQ(trial.violatingSteps(), static_cast<std::int64_t>(SchemaTrial::kMaxFindings) + 5);
}

TEST(Pointer, TokensAreUnescaped) {
  EXPECT_THAT(tokensOf("/a~1b/~0/c"), ElementsAre("a/b", "~", "c"));
  EXPECT_THAT(tokensOf("/"), ElementsAre(""));
  EXPECT_THAT(tokensOf(""), ElementsAre());
  EXPECT_EQ(withoutPlaces("/a~1b/12/c3/0"), "/a~1b/*/c3/*");
}

}  // namespace
}  // namespace xray::cli
