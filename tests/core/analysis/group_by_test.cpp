// What group_by and field name, and every way in which they are wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xray/analysis.h"

namespace xray {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr GroupedQuestion kSteps[] = {GroupedQuestion::Latency, GroupedQuestion::Values, GroupedQuestion::StepCounts};

std::vector<std::string> namesOf(std::string_view text, GroupedQuestion question) {
  const auto keys = parseGroupBy(text, question);
  if (!keys) return {keys.status().message()};
  std::vector<std::string> names;
  for (const AnalysisField& key : *keys) names.push_back(key.name);
  return names;
}

TEST(GroupBy, Blank_IsNone) {
  for (const std::string_view text : {"", " ", "\t "}) {
    EXPECT_TRUE(parseGroupBy(text, GroupedQuestion::RunCounts)->empty());
    for (const GroupedQuestion question : kSteps) EXPECT_TRUE(parseGroupBy(text, question)->empty());
    EXPECT_THAT(*parseFailureGroupBy(text), ElementsAre(FailureKey::StepType));
  }
}

TEST(GroupBy, EveryName_InItsOrder_BlanksAround) {
  for (const GroupedQuestion question : kSteps) {
    EXPECT_THAT(namesOf(" step_type,name ,\tstatus, run.pipeline,run.status,run.schema.version", question),
                ElementsAre("step_type", "name", "status", "run.pipeline", "run.status", "run.schema.version"));
  }
  EXPECT_THAT(namesOf("schema.version,pipeline,status", GroupedQuestion::RunCounts),
              ElementsAre("schema.version", "pipeline", "status"));
  EXPECT_EQ(parseGroupBy("status", GroupedQuestion::RunCounts)->front().field, Field::RunStatus);
  EXPECT_EQ(parseGroupBy("status", GroupedQuestion::StepCounts)->front().field, Field::StepStatus);
  EXPECT_THAT(*parseFailureGroupBy("rule, error.type,run.pipeline ,name,step_type"),
              ElementsAre(FailureKey::Rule, FailureKey::ErrorType, FailureKey::Pipeline, FailureKey::Name,
                          FailureKey::StepType));
}

TEST(GroupBy, PathIntoJson_QuotedAsInFilters_CommasInQuotesPartNothing) {
  const auto keys = parseGroupBy(R"(name,reasoning."a, b".'c\'d',status)", GroupedQuestion::Latency);
  ASSERT_TRUE(keys.ok()) << keys.status().toString();
  ASSERT_EQ(keys->size(), 3u);
  EXPECT_EQ((*keys)[1].name, R"(reasoning."a, b".'c\'d')");
  EXPECT_EQ((*keys)[1].field, Field::Reasoning);
  EXPECT_THAT((*keys)[1].path, ElementsAre("a, b", "c'd"));
  EXPECT_EQ(parseGroupBy("run.metadata.market", GroupedQuestion::Latency)->front().field, Field::Metadata);
  EXPECT_EQ(parseGroupBy("input_data.x", GroupedQuestion::Values)->front().field, Field::InputData);
  EXPECT_EQ(parseGroupBy("output_data.x.y", GroupedQuestion::StepCounts)->front().path.size(), 2u);
}

TEST(GroupBy, Wrong_SaysWhatIsAllowed) {
  struct Case {
    const char* text;
    const char* message;
  };
  const std::string allowed =
      " (allowed: step_type, name, status, run.pipeline, run.status, run.schema.version, or one path such as "
      "reasoning.rule)";
  const Case cases[] = {
      {"step_typ", "group_by: \"step_typ\" is not allowed; did you mean \"step_type\"?"},
      {"zzz", "group_by: \"zzz\" is not allowed (allowed: step_type"},
      {",", "group_by: \"\" is not allowed (allowed: step_type"},
      {"name,", "group_by: \"\" is not allowed"},
      {",name", "group_by: \"\" is not allowed"},
      {"name,,status", "group_by: \"\" is not allowed"},
      {"name,name", "group_by: \"name\" is named twice"},
      {"name, status ,name", "group_by: \"name\" is named twice"},
      {"reasoning", "group_by: \"reasoning\" is not allowed"},
      {"reasoning.", "group_by: expected a name after \".\""},
      {"reasoning.a b", "group_by: expected a field, found \"reasoning.a b\""},
      {"reasoning.a = 1", "group_by: expected a field"},
      {"reasoning.\"a", "group_by: the text that begins here has no closing \""},
      {"reasonng.rule", "group_by: unknown field \"reasonng.rule\"; did you mean \"reasoning.rule\"?"},
      {"run.pipelin", "group_by: unknown field \"run.pipelin\"; did you mean \"run.pipeline\"?"},
      {"run.duration", "group_by: \"run.duration\" is no JSON field"},
      {"error.type", "group_by: \"error.type\" is no JSON field"},
      {"reasoning.a,input_data.b", "group_by: \"input_data.b\": only one path is allowed"},
      {"reasoning.a,reasoning.a", "group_by: \"reasoning.a\" is named twice"},
      {"reasoning.\xFF", "group_by: a path is UTF-8 without NUL"},
      {"name;status", "group_by: \"name;status\" is not allowed"},
  };
  for (const Case& wrong : cases) {
    const auto keys = parseGroupBy(wrong.text, GroupedQuestion::Latency);
    ASSERT_FALSE(keys.ok()) << wrong.text;
    EXPECT_EQ(keys.status().code(), StatusCode::InvalidArgument);
    EXPECT_THAT(keys.status().message(), HasSubstr(wrong.message));
  }
  EXPECT_THAT(namesOf("zzz", GroupedQuestion::Values).front(), HasSubstr(allowed));
  EXPECT_THAT(namesOf("reasonng.rule", GroupedQuestion::Values).front(), HasSubstr(allowed));
  EXPECT_EQ(namesOf("metadata.x", GroupedQuestion::RunCounts).front(),
            "group_by: \"metadata.x\" is not allowed (allowed: status, pipeline, schema.version)");
  EXPECT_THAT(namesOf("reasoning." + std::string(5000, 'a'), GroupedQuestion::Values).front(),
              HasSubstr("at most 4096 bytes"));
}

TEST(FailureGroupBy, Wrong_SaysWhatIsAllowed) {
  const std::string allowed = " (allowed: step_type, name, run.pipeline, error.type, rule)";
  EXPECT_EQ(parseFailureGroupBy("status").status().message(), "group_by: \"status\" is not allowed" + allowed);
  EXPECT_EQ(parseFailureGroupBy("rules").status().message(),
            "group_by: \"rules\" is not allowed; did you mean \"rule\"?" + allowed);
  EXPECT_EQ(parseFailureGroupBy("rule,").status().message(), "group_by: \"\" is not allowed" + allowed);
  EXPECT_EQ(parseFailureGroupBy("rule,rule").status().message(), "group_by: \"rule\" is named twice");
  EXPECT_EQ(parseFailureGroupBy("reasoning.x").status().message(),
            "group_by: \"reasoning.x\" is not allowed" + allowed);
}

TEST(ValueField, IsAPathIntoJson) {
  const auto field = parseValueField("reasoning.\"percent left\"");
  ASSERT_TRUE(field.ok());
  EXPECT_EQ(field->field, Field::Reasoning);
  EXPECT_THAT(field->path, ElementsAre("percent left"));
  EXPECT_EQ(parseValueField("run.metadata.budget")->field, Field::Metadata);
  for (const char* wrong : {"", " ", "reasoning", "duration", "run.duration", "x", "reasoning.a,reasoning.b",
                            "reasoning..a", ".", "reasoning.a ", "metadata.x"}) {
    const auto refused = parseValueField(wrong);
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.status().code(), StatusCode::InvalidArgument);
    EXPECT_TRUE(refused.status().message().starts_with("field: ")) << refused.status().message();
    EXPECT_EQ(refused.status().message().find("filter"), std::string::npos) << refused.status().message();
  }
  EXPECT_THAT(parseValueField("reasonng.x").status().message(), HasSubstr("did you mean \"reasoning.x\"?"));
  EXPECT_EQ(parseValueField("duration").status().message(), "field: \"duration\" is no JSON field");
}

}  // namespace
}  // namespace xray
