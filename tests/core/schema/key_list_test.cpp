#include <gtest/gtest.h>

#include <set>

#include "xray/schema_validator.h"

namespace xray {
namespace {

struct BadDefinition {
  std::string definition;
  std::string message;
};

TEST(KeyListValidator, BadDefinitions_AreRefusedWithTheirPlace) {
  const std::vector<BadDefinition> cases = {
      {"[]", "definition: must be an object, not an array"},
      {R"({"reasonin":[]})",
       R"(definition: unknown member "reasonin"; did you mean "reasoning"? (members: step_types, input_data, output_data, reasoning, steps))"},
      {R"({"step_types":"llm"})", R"(/step_types: must be an array of strings, not "llm")"},
      {R"({"step_types":["llm",7]})", "/step_types/1: must be a string, not 7"},
      {R"({"reasoning":{"a":1}})", "/reasoning: must be an array of keys, not an object"},
      {R"({"reasoning":["a",null]})", "/reasoning/1: must be a key or an object with \"key\", not null"},
      {R"({"reasoning":["a",{"key":"b","type":"int"}]})",
       R"(/reasoning/1/type: must be one of string, number, boolean, object, array, not "int")"},
      {R"({"input_data":[{"key":"b","type":"strin"}]})",
       R"(/input_data/0/type: must be one of string, number, boolean, object, array, not "strin"; did you mean "string"?)"},
      {R"({"input_data":[{"key":"b","type":null}]})",
       "/input_data/0/type: must be one of string, number, boolean, object, array, not null"},
      {R"({"output_data":[{"key":7}]})", "/output_data/0/key: must be a string, not 7"},
      {R"({"output_data":[{"type":"string"}]})", "/output_data/0: missing \"key\""},
      {R"({"output_data":[{"key":"a","require":true}]})",
       R"(/output_data/0: unknown member "require"; did you mean "required"? (members: key, type, required, index))"},
      {R"({"output_data":[{"key":"a","required":1}]})", "/output_data/0/required: must be true or false, not 1"},
      {R"({"output_data":[{"key":"a","index":"yes"}]})", "/output_data/0/index: must be true or false, not \"yes\""},
      {R"({"reasoning":["a","b",{"key":"a"}]})", "/reasoning: the key \"a\" is listed twice"},
      {R"({"steps":[]})", "/steps: must be an object, not an array"},
      {R"({"steps":{"llm":[]}})", "/steps/llm: must be an object, not an array"},
      {R"({"steps":{"a/b":{"inputs":[]}}})",
       R"(/steps/a~1b: unknown member "inputs" (members: input_data, output_data, reasoning))"},
      {R"({"steps":{"llm":{"reasoning":["a","b",{"key":true}]}}})",
       "/steps/llm/reasoning/2/key: must be a string, not true"},
      {R"({"steps":{"llmm":{}},"step_types":["llm","api"]})",
       R"(/steps/llmm: is not one of step_types; did you mean "llm"?)"},
  };
  for (const BadDefinition& test : cases) {
    const auto schema = makeKeyListValidator()->compile(test.definition);
    ASSERT_FALSE(schema.ok()) << test.definition;
    EXPECT_EQ(schema.status().code(), StatusCode::InvalidArgument);
    EXPECT_EQ(schema.status().message(), test.message);
  }
}

/// "pointer kind [reason]" for each violation.
std::vector<std::string> violationsOf(const std::string& definition, const StepContent& step) {
  const auto schema = makeKeyListValidator()->compile(definition);
  EXPECT_TRUE(schema.ok()) << schema.status().message();
  std::vector<Violation> violations;
  if (schema.ok()) (*schema)->check(step, violations);
  std::vector<std::string> texts;
  for (const Violation& violation : violations) {
    std::string text = violation.pointer + " " + std::string(toString(violation.kind));
    if (!violation.reason.empty()) text += " " + violation.reason;
    texts.push_back(std::move(text));
  }
  return texts;
}

struct Check {
  std::string definition;
  StepContent step;
  std::vector<std::string> violations;
};

TEST(KeyListValidator, Steps_AreCheckedAgainstTheirSections) {
  const std::string general = R"({"step_types":["llm","filter"],"input_data":["query"],
      "reasoning":["rule",{"key":"share","type":"number","required":true}]})";
  const std::string types =
      R"({"reasoning":[{"key":"s","type":"string"},{"key":"n","type":"number"},{"key":"b","type":"boolean"},
      {"key":"o","type":"object"},{"key":"a","type":"array"},"any"]})";
  const std::string refined = R"({"step_types":["llm","filter"],"input_data":["query"],"reasoning":["rule"],
      "steps":{"llm":{"reasoning":["model",{"key":"why","required":true}]}}})";
  const std::vector<Check> cases = {
      {"{}", {"anything", R"({"a":1})", R"({"b":1})", R"({"c":1})"}, {}},
      {general, {"filter", R"({"query":1})", R"({"whatever":1})", R"({"share":1.5,"rule":null})"}, {}},
      {general, {"filter", R"({"query":1,"x/y":2})", "", R"({"share":1})"}, {"/input_data/x~1y unknown_key"}},
      {general,
       {"filtre", "{}", "{}", R"({"share":1})"},
       {R"(/step_type unknown_step_type "filtre"; did you mean "filter"? (step types: filter, llm))"}},
      {general, {"llm", "{}", "{}", R"({"share":"1"})"}, {"/reasoning/share wrong_type expected number, found string"}},
      {general, {"llm", "{}", "{}", R"({"share":null})"}, {"/reasoning/share wrong_type expected number, found null"}},
      {general, {"llm", "{}", "{}", "{}"}, {"/reasoning/share missing_key"}},
      {general, {"llm", "", "", ""}, {"/reasoning/share missing_key"}},
      {general, {"llm", R"({"quer":1})", "{}", "{}", false}, {"/input_data/quer unknown_key"}},
      {general,
       {"api", R"({"z":1})", "{}", R"({"y":1,"rule":2})"},
       {"/step_type unknown_step_type \"api\" (step types: filter, llm)", "/input_data/z unknown_key",
        "/reasoning/y unknown_key", "/reasoning/share missing_key"}},
      {general,
       {"llm", R"({"qu\u0065ry":1,"que\u0072ies":2})", "{}", R"({"share":1})"},
       {"/input_data/queries unknown_key"}},
      {types, {"t", "{}", "{}", R"({"s":"","n":-1e9,"b":false,"o":{},"a":[],"any":null})"}, {}},
      {types,
       {"t", "{}", "{}", R"({"s":1,"n":"1","b":0,"o":[],"a":{},"any":[]})"},
       {"/reasoning/s wrong_type expected string, found number",
        "/reasoning/n wrong_type expected number, found string",
        "/reasoning/b wrong_type expected boolean, found number",
        "/reasoning/o wrong_type expected object, found array",
        "/reasoning/a wrong_type expected array, found object"}},
      // A refinement replaces the sections that it gives and leaves the others.
      {refined, {"filter", R"({"query":1})", "{}", R"({"rule":1})"}, {}},
      {refined, {"llm", R"({"query":1})", "{}", R"({"model":1,"why":2})"}, {}},
      {refined,
       {"llm", R"({"x":1})", "{}", R"({"rule":1})"},
       {"/input_data/x unknown_key", "/reasoning/rule unknown_key", "/reasoning/why missing_key"}},
      {R"({"steps":{"llm":{"reasoning":[]}}})", {"api", "{}", "{}", R"({"x":1})"}, {}},
      {R"({"steps":{"llm":{"reasoning":[]}}})", {"llm", "{}", "{}", R"({"x":1})"}, {"/reasoning/x unknown_key"}},
      {R"({"step_types":[]})", {"llm", "{}", "{}", "{}"}, {"/step_type unknown_step_type \"llm\" (step types: )"}},
      {R"({"reasoning":[]})", {"llm", "{}", "{}", R"({"":1})"}, {"/reasoning/ unknown_key"}},
  };
  for (const Check& test : cases) {
    EXPECT_EQ(violationsOf(test.definition, test.step), test.violations)
        << test.definition << "\n"
        << test.step.stepType << test.step.inputData << test.step.reasoning;
  }
}

/// `"k0","k1",…`, each put through `entry`, where % stands for the number.
std::string entries(std::size_t count, const std::string& entry) {
  const std::size_t at = entry.find('%');
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) list += ',';
    list += entry.substr(0, at) + std::to_string(i) + entry.substr(at + 1);
  }
  return list;
}

/// 1,000 step types; `general` keys in input_data and one of reasoning for each step type.
std::string largeDefinition(std::size_t general) {
  return R"({"input_data":[)" + entries(general, R"("k%")") + R"(],"step_types":[)" + entries(1000, R"("t%")") +
         R"(],"steps":{)" + entries(1000, R"("t%":{"reasoning":[{"key":"why","required":true}]})") + "}}";
}

TEST(KeyListValidator, ADefinitionAtTheLimits_Checks) {
  const std::string definition = largeDefinition(9'000);
  EXPECT_EQ(violationsOf(definition, {"t999", R"({"k0":1,"k8999":2})", R"({"any":1})", R"({"why":1})"}),
            std::vector<std::string>{});
  EXPECT_EQ(violationsOf(definition, {"t0", R"({"k9000":1})", "{}", R"({"k0":1})"}),
            (std::vector<std::string>{"/input_data/k9000 unknown_key", "/reasoning/k0 unknown_key",
                                      "/reasoning/why missing_key"}));
  EXPECT_EQ(violationsOf(definition, {"t1000", "{}", "{}", R"({"any":1})"}),
            std::vector<std::string>{R"(/step_type unknown_step_type "t1000")"});
}

TEST(KeyListValidator, ADefinitionBeyondALimit_IsRefused) {
  const std::string keys = "too many keys (a definition has at most 10000, all sections and steps together)";
  const std::string types = "too many step types (a definition has at most 1000)";
  const std::vector<BadDefinition> cases = {
      {largeDefinition(9'001), "/steps/t999/reasoning/0: " + keys},
      {R"({"reasoning":[)" + entries(10'001, R"({"key":"k%"})") + "]}", "/reasoning/10000: " + keys},
      {R"({"input_data":[)" + entries(5'000, R"("k%")") + R"(],"output_data":[)" + entries(5'001, R"("k%")") + "]}",
       "/output_data/5000: " + keys},
      {R"({"step_types":[)" + entries(1'001, R"("t%")") + "]}", "/step_types/1000: " + types},
      {R"({"steps":{)" + entries(1'001, R"("t%":{})") + "}}", "/steps/t1000: " + types},
  };
  for (const BadDefinition& test : cases) {
    const auto schema = makeKeyListValidator()->compile(test.definition);
    ASSERT_FALSE(schema.ok()) << test.message;
    EXPECT_EQ(schema.status().code(), StatusCode::InvalidArgument);
    EXPECT_EQ(schema.status().message(), test.message);
    EXPECT_TRUE(indexWishes(test.definition).empty());
  }
}

TEST(IndexWishes, OfManyKeysAndRefinements_NameEachOnce) {
  const std::string indexed = R"({"key":"k%","index":true})";
  // The refinements list the first 400 keys again, and the same 100 of another section.
  const std::string definition = R"({"reasoning":[)" + entries(5'000, indexed) + R"(],"steps":{)" +
                                 entries(10, R"("t%":{"reasoning":[)" + entries(400, indexed) + R"(],"output_data":[)" +
                                                 entries(100, indexed) + "]}") +
                                 "}}";
  const auto wishes = indexWishes(definition);
  EXPECT_EQ(wishes.size(), 5'100U);
  std::set<std::string> distinct;
  for (const IndexWish& wish : wishes) distinct.insert(wish.section + "." + wish.key);
  EXPECT_EQ(distinct.size(), wishes.size());
  EXPECT_TRUE(distinct.contains("reasoning.k4999"));
  EXPECT_TRUE(distinct.contains("output_data.k99"));
}

TEST(IndexWishes, OfJsonSchemas_AreMarkedProperties) {
  const auto wishes = indexWishes(
      R"({"reasoning":{"type":"object","properties":{"score":{"type":"number","x-index":true},"rule":{"x-index":false},"a/b":{"x-index":true},"t":true}},
          "input_data":true,"output_data":{"properties":7},
          "steps":{"llm":{"reasoning":{"properties":{"score":{"x-index":true},"model":{"x-index":true}}}},"api":7}})");
  std::vector<std::string> texts;
  for (const IndexWish& wish : wishes) texts.push_back(wish.section + "." + wish.key);
  EXPECT_EQ(texts, (std::vector<std::string>{"reasoning.score", "reasoning.a/b", "reasoning.model"}));
}

TEST(IndexWishes, NameEachKeyOnce) {
  const auto wishes = indexWishes(
      R"({"step_types":["llm","api"],"reasoning":["a",{"key":"share","index":true}],"input_data":[{"key":"n","index":false}],
      "steps":{"api":{"input_data":[{"key":"url","index":true}],"reasoning":[{"key":"share","index":true}]},"llm":{"output_data":[{"key":"t","index":true}]}}})");
  std::vector<std::string> texts;
  for (const IndexWish& wish : wishes) texts.push_back(wish.section + "." + wish.key);
  EXPECT_EQ(texts, (std::vector<std::string>{"reasoning.share", "input_data.url", "output_data.t"}));
  EXPECT_TRUE(indexWishes("{}").empty());
  EXPECT_TRUE(indexWishes(R"({"$schema":"another kind of definition"})").empty());
}

TEST(Names, AreThoseOfTheWire) {
  EXPECT_EQ(toString(ViolationKind::UnknownKey), "unknown_key");
  EXPECT_EQ(toString(ViolationKind::UnknownStepType), "unknown_step_type");
  EXPECT_EQ(toString(ViolationKind::WrongType), "wrong_type");
  EXPECT_EQ(toString(ViolationKind::MissingKey), "missing_key");
  EXPECT_EQ(toString(ViolationKind::Altered), "altered");
  EXPECT_EQ(toString(ViolationAction::Warned), "warned");
  EXPECT_EQ(toString(ViolationAction::Sanitized), "sanitized");
  EXPECT_EQ(toString(ViolationAction::Rejected), "rejected");
  EXPECT_EQ(toString(ValidationMode::Warn), "warn");
  EXPECT_EQ(toString(ValidationMode::Sanitize), "sanitize");
  EXPECT_EQ(toString(ValidationMode::Reject), "reject");
}

}  // namespace
}  // namespace xray
