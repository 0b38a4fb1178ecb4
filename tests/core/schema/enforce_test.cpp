#include <gtest/gtest.h>

#include "xray/schema_validator.h"

namespace xray {
namespace {

const std::string kDefinition = R"({"step_types":["llm"],"input_data":["query"],
    "reasoning":["rule",{"key":"share","type":"number"},{"key":"why","required":true}]})";

std::unique_ptr<CompiledSchema> compiled() {
  return std::move(*makeKeyListValidator()->compile(kDefinition));
}

const StepContent kClean{"llm", R"({"query":1})", R"({"free":1})", R"({"why":"x","share":2})"};
const StepContent kBad{"llmm", R"({ "a":1, "query":[2], "b/c":3 })", R"({"free":1})", R"({"share":"x","rule":1})"};

TEST(EnforceSchema, ACleanStep_ChangesNothing) {
  for (const auto mode : {ValidationMode::Warn, ValidationMode::Sanitize, ValidationMode::Reject}) {
    const auto result = enforceSchema(*compiled(), mode, kClean, "[]");
    EXPECT_FALSE(result.changed || result.rejected);
    EXPECT_EQ(result.violations, "");
  }
}

TEST(EnforceSchema, Warn_KeepsTheStepAndItsViolations) {
  const auto result = enforceSchema(*compiled(), ValidationMode::Warn, kBad, "[]");
  EXPECT_TRUE(result.changed);
  EXPECT_FALSE(result.rejected);
  EXPECT_EQ(result.stepType + result.inputData + result.outputData + result.reasoning, "");
  EXPECT_EQ(
      result.violations,
      R"j([{"pointer":"/step_type","kind":"unknown_step_type","action":"warned","reason":"\"llmm\"; did you mean \"llm\"? (step types: llm)"},)j"
      R"({"pointer":"/input_data/a","kind":"unknown_key","action":"warned"},)"
      R"({"pointer":"/input_data/b~1c","kind":"unknown_key","action":"warned"},)"
      R"({"pointer":"/reasoning/share","kind":"wrong_type","action":"warned","reason":"expected number, found string"},)"
      R"({"pointer":"/reasoning/why","kind":"missing_key","action":"warned"}])");
  EXPECT_EQ(result.violationCount, 5u);
}

TEST(EnforceSchema, Sanitize_RemovesWhatOffends) {
  const auto result = enforceSchema(*compiled(), ValidationMode::Sanitize, kBad, "");
  EXPECT_TRUE(result.changed);
  EXPECT_FALSE(result.rejected);
  EXPECT_EQ(result.stepType, "unclassified");
  EXPECT_EQ(result.inputData, R"({"query":[2]})");
  EXPECT_EQ(result.outputData, "");
  EXPECT_EQ(result.reasoning, R"({"rule":1})");
  EXPECT_EQ(
      result.violations,
      R"j([{"pointer":"/step_type","kind":"unknown_step_type","action":"sanitized","reason":"\"llmm\"; did you mean \"llm\"? (step types: llm)"},)j"
      R"({"pointer":"/input_data/a","kind":"unknown_key","action":"sanitized"},)"
      R"({"pointer":"/input_data/b~1c","kind":"unknown_key","action":"sanitized"},)"
      R"({"pointer":"/reasoning/share","kind":"wrong_type","action":"sanitized","reason":"expected number, found string"},)"
      R"({"pointer":"/reasoning/why","kind":"missing_key","action":"warned"}])");
}

TEST(EnforceSchema, Sanitize_CanEmptyASection) {
  const auto result =
      enforceSchema(*compiled(), ValidationMode::Sanitize, {"llm", R"({"x":1,"\u0079":2})", "{}", R"({"why":1})"}, "");
  EXPECT_EQ(result.inputData, "{}");
  EXPECT_EQ(result.reasoning, "");
}

TEST(EnforceSchema, Reject_TellsTheFirstViolations) {
  const auto result = enforceSchema(*compiled(), ValidationMode::Reject, kBad, "");
  EXPECT_TRUE(result.rejected);
  EXPECT_EQ(
      result.rejectDetail,
      "/step_type: unknown_step_type, \"llmm\"; did you mean \"llm\"? (step types: llm); /input_data/a: unknown_key; "
      "/input_data/b~1c: unknown_key; and 2 more");
  EXPECT_TRUE(
      result.violations.starts_with(R"([{"pointer":"/step_type","kind":"unknown_step_type","action":"rejected",)"));
}

TEST(EnforceSchema, Reported_AreKeptAndNotRepeated) {
  const std::string reported =
      R"([{"pointer":"/input_data/a","kind":"unknown_key","action":"warned"}, {"pointer":"/reasoning/share","kind":"altered","action":"sanitized","extra":1}])";
  const StepContent step{"llm", R"({"a":1})", "{}", R"({"share":"x","why":1})"};
  const auto result = enforceSchema(*compiled(), ValidationMode::Sanitize, step, reported);
  EXPECT_TRUE(result.changed);
  EXPECT_EQ(result.inputData, "{}");
  EXPECT_EQ(
      result.violations,
      R"([{"pointer":"/input_data/a","kind":"unknown_key","action":"warned"},)"
      R"({"pointer":"/reasoning/share","kind":"altered","action":"sanitized","extra":1},)"
      R"({"pointer":"/reasoning/share","kind":"wrong_type","action":"sanitized","reason":"expected number, found string"}])");
  EXPECT_EQ(result.violationCount, 3u);
}

/// A validator of another kind may point at any depth.
class Pointing : public CompiledSchema {
 public:
  explicit Pointing(std::vector<std::string> pointers) : pointers_(std::move(pointers)) {}
  void check(const StepContent&, std::vector<Violation>& violations) const override {
    for (const std::string& pointer : pointers_) violations.push_back({pointer, ViolationKind::WrongType, ""});
  }

 private:
  std::vector<std::string> pointers_;
};

TEST(EnforceSchema, Sanitize_FollowsPointersToAnyDepth) {
  const Pointing schema(
      {"/input_data/list/1", "/input_data/list/0/b", "/input_data/o/gone", "/input_data/absent/x", "/reasoning"});
  const StepContent step{"t", R"({"list":[{"a":1,"b":2},{"c":3},4],"o":{"gone":1},"o2":{"gone":1},"li":5})",
                         R"({"list":[1,2]})", R"({"r":1})"};
  const auto result = enforceSchema(schema, ValidationMode::Sanitize, step, "");
  EXPECT_EQ(result.inputData, R"({"list":[{"a":1},4],"o":{},"o2":{"gone":1},"li":5})");
  EXPECT_EQ(result.outputData, "");
  EXPECT_EQ(result.reasoning, "{}");
}

}  // namespace
}  // namespace xray
