// From failing keywords to violations: pointer, kind, reason.

#include "compiled.h"

namespace xray::jsonschema {
namespace {

TEST(Check, EveryKeyword_HasAKindAndAReason) {
  struct Case {
    const char* schema;
    const char* value;  // of reasoning.x
    const char* violation;
  };
  const Case cases[] = {
      {R"({"type":"number"})", R"("5")", "wrong_type expected number, found string"},
      {R"({"type":["integer","null"]})", "1.5", "wrong_type expected integer, null, found number"},
      {R"({"enum":["a",1,null]})", "2", R"(wrong_type is none of "a", 1, null)"},
      {R"({"const":{"a":1}})", "2", R"(wrong_type is not "{\"a\":1}")"},
      {R"({"maximum":10})", "10.5", "wrong_type is more than 10"},
      {R"({"exclusiveMaximum":10})", "10", "wrong_type is not less than 10"},
      {R"({"minimum":0.5})", "0", "wrong_type is less than 0.5"},
      {R"({"exclusiveMinimum":0})", "0", "wrong_type is not more than 0"},
      {R"({"multipleOf":3})", "10", "wrong_type is no multiple of 3"},
      {R"({"multipleOf":1})", "5.5", "wrong_type is no multiple of 1"},
      {R"({"multipleOf":0.1})", "0.35", "wrong_type is no multiple of 0.1"},
      {R"({"maxLength":2})", R"("äöü")", "wrong_type is longer than 2 characters"},
      {R"({"minLength":2})", R"("\u00e4")", "wrong_type is shorter than 2 characters"},
      {R"({"pattern":"^a"})", R"("ba")", R"(wrong_type does not match the pattern "^a")"},
      {R"({"maxItems":1})", "[1,2]", "wrong_type has more than 1 elements"},
      {R"({"minItems":1})", "[]", "wrong_type has less than 1 elements"},
      {R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2.0,"a":1e0}])", "wrong_type has equal elements"},
      {R"({"contains":{"type":"string"}})", "[1,2]", "wrong_type no element fits the schema of contains"},
      {R"({"items":[true],"additionalItems":false})", "[1,2]", "wrong_type has more than 1 elements"},
      {R"({"maxProperties":1})", R"({"a":1,"b":2})", "wrong_type has more than 1 members"},
      {R"({"minProperties":1})", "{}", "missing_key has less than 1 members"},
      {R"({"anyOf":[{"type":"string"},{"minimum":3}]})", "2", "wrong_type fits none of the schemas of anyOf"},
      {R"({"oneOf":[{"type":"string"},{"minimum":3}]})", "2", "wrong_type fits none of the schemas of oneOf"},
      {R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "2", "wrong_type fits more than one of the schemas of oneOf"},
      {R"({"not":{"type":"number"}})", "2", "wrong_type fits the schema of not"},
      {"false", "2", "unknown_key is not allowed"},
  };
  for (const Case& one : cases) {
    const std::string schema = std::string(R"({"properties":{"x":)") + one.schema + "}}";
    EXPECT_EQ(violationsOf(schema, std::string("{\"x\":") + one.value + "}"),
              Texts{std::string("/reasoning/x ") + one.violation})
        << one.schema;
  }
}

TEST(Check, Objects_NameTheirMembers_KnownOnesThenOthersThenWhatIsMissing) {
  EXPECT_EQ(violationsOf(R"({"properties":{"a":{},"o":{"properties":{"b":{}},"additionalProperties":false}},
                             "required":["a","r/s"],"additionalProperties":false})",
                         R"({"z":1,"o":{"b":1,"c/d":2},"k\u0065y":2})"),
            (Texts{"/reasoning/o/c~1d unknown_key", "/reasoning/key unknown_key", "/reasoning/z unknown_key",
                   "/reasoning/a missing_key", "/reasoning/r~1s missing_key"}));
}

TEST(Check, Arrays_NameTheirElements) {
  EXPECT_EQ(
      violationsOf(
          R"({"properties":{"list":{"items":{"type":"object","required":["id"],"properties":{"id":{"type":"integer"}}}}}})",
          R"({"list":[{"id":1},{"id":"x"},{},7]})"),
      (Texts{"/reasoning/list/1/id wrong_type expected integer, found string", "/reasoning/list/2/id missing_key",
             "/reasoning/list/3 wrong_type expected object, found number"}));
}

TEST(Check, PatternsOfNames_AndNamesThatMustFit) {
  const std::string schema =
      R"({"properties":{"n":true},"patternProperties":{"_ms$":{"type":"number"}},"additionalProperties":false,"propertyNames":{"maxLength":6}})";
  EXPECT_EQ(violationsOf(schema, R"({"n":1,"a_ms":2})"), Texts{});
  EXPECT_EQ(violationsOf(schema, R"({"a_ms":"2"})"), Texts{"/reasoning/a_ms wrong_type expected number, found string"});
  EXPECT_EQ(violationsOf(schema, R"({"longer_ms":2})"),
            Texts{"/reasoning/longer_ms unknown_key does not fit the schema of propertyNames"});
}

TEST(Check, Conditions_AndDependencies) {
  const std::string schema =
      R"({"if":{"properties":{"kind":{"const":"llm"}},"required":["kind"]},"then":{"required":["model"]},
      "else":{"properties":{"model":false}},"dependencies":{"tokens":["cost"],"cost":{"properties":{"cost":{"minimum":0}}}}})";
  EXPECT_EQ(violationsOf(schema, R"({"kind":"llm"})"), Texts{"/reasoning/model missing_key"});
  EXPECT_EQ(violationsOf(schema, R"({"kind":"api","model":1})"), Texts{"/reasoning/model unknown_key is not allowed"});
  EXPECT_EQ(violationsOf(schema, R"({"tokens":1})"), Texts{"/reasoning/cost missing_key needed beside \"tokens\""});
  EXPECT_EQ(violationsOf(schema, R"({"cost":-1})"), Texts{"/reasoning/cost wrong_type is less than 0"});
}

TEST(Check, RecursiveSchemas_FollowTheValue) {
  const std::string schema =
      R"({"properties":{"tree":{"$ref":"#/definitions/node"}},"definitions":{"node":{"required":["v"],"properties":{"v":{"type":"number"},"c":{"items":{"$ref":"#/definitions/node"}}}}}})";
  EXPECT_EQ(violationsOf(schema, R"({"tree":{"v":1,"c":[{"v":2},{"v":3,"c":[{"v":"x"},{}]}]}})"),
            (Texts{"/reasoning/tree/c/1/c/0/v wrong_type expected number, found string",
                   "/reasoning/tree/c/1/c/1/v missing_key"}));
}

TEST(Check, RepeatedViolations_AreToldOnce) {
  EXPECT_EQ(violationsOf(R"({"required":["a"],"allOf":[{"required":["a"]},{"properties":{"b":{"type":"string"}}},
                             {"properties":{"b":{"maximum":3}}}]})",
                         R"({"b":5})")
                .size(),
            2u);
}

TEST(Check, BigNumbers_KeepTheirValue) {
  const std::string schema = R"({"properties":{"x":{"type":"integer","maximum":18446744073709551616,"multipleOf":7}}})";
  EXPECT_EQ(violationsOf(schema, R"({"x":9223372036854775807})"), Texts{}) << "7 times 1317624576693539401";
  EXPECT_EQ(violationsOf(schema, R"({"x":9223372036854775806})"), Texts{"/reasoning/x wrong_type is no multiple of 7"});
  EXPECT_EQ(violationsOf(R"({"properties":{"x":{"type":"integer"}}})", R"({"x":123456789012345678901234567890})"),
            Texts{});
  EXPECT_EQ(
      violationsOf(R"({"properties":{"x":{"maximum":18446744073709551616}}})", R"({"x":18446744073709551620000})"),
      Texts{"/reasoning/x wrong_type is more than 18446744073709551616"});
  EXPECT_EQ(violationsOf(R"({"properties":{"x":{"multipleOf":0.01}}})", R"({"x":94.29})"), Texts{});
  EXPECT_EQ(violationsOf(R"({"properties":{"x":{"const":1.0}}})", R"({"x":10e-1})"), Texts{});
}

TEST(Check, StepThatStillRuns_MissesNothing_AndIsJudgedByWhatIsThere) {
  const std::string schema =
      R"({"required":["a"],"minProperties":3,"dependencies":{"b":["c"]},"oneOf":[{"required":["a"]},{"required":["b"]}],
      "not":{"required":["d"]},"if":{"required":["b"]},"then":{"required":["e"]},"properties":{"b":{"type":"number"},"o":{"required":["in"]}}})";
  EXPECT_EQ(violationsOf(schema, "{}", false), Texts{});
  EXPECT_EQ(violationsOf(schema, R"({"b":1})", false), Texts{});
  EXPECT_EQ(violationsOf(schema, R"({"b":"x"})", false),
            Texts{"/reasoning/b wrong_type expected number, found string"});
  EXPECT_EQ(violationsOf(schema, R"({"o":{}})", false), Texts{"/reasoning/o/in missing_key"})
      << "a value that is there is whole";
  EXPECT_EQ(violationsOf(R"({"anyOf":[{"required":["a"]},{"required":["b"]}],"additionalProperties":false})",
                         R"({"z":1})", false),
            Texts{"/reasoning/z unknown_key"});
  EXPECT_FALSE(violationsOf(schema, "{}", true).empty());
}

TEST(Check, Steps_ReplaceTheGeneralSection) {
  const auto schema =
      compiled(R"({"step_types":["llm","api"],"reasoning":{"required":["rule"]},"output_data":{"maxProperties":1},
      "steps":{"llm":{"reasoning":{"required":["model"]}}}})");
  EXPECT_EQ(violationsOf(*schema, {"llm", "", "", ""}), Texts{"/reasoning/model missing_key"});
  EXPECT_EQ(violationsOf(*schema, {"api", "", "", "{}"}), Texts{"/reasoning/rule missing_key"});
  EXPECT_EQ(violationsOf(*schema, {"lm", R"({"any":1})", R"({"a":1,"b":2})", R"({"rule":1})"}),
            (Texts{R"(/step_type unknown_step_type "lm"; did you mean "llm"? (step types: api, llm))",
                   "/output_data wrong_type has more than 1 members"}));
}

TEST(Check, Sanitize_RemovesWhatOffends_AtAnyDepth) {
  const auto schema = compiled(
      R"({"input_data":{"properties":{"o":{"additionalProperties":false,"properties":{"k":{}}},"l":{"items":{"type":"number"}}}},
      "reasoning":{"anyOf":[{"required":["a"]},{"required":["b"]}]}})");
  const auto result = enforceSchema(*schema, ValidationMode::Sanitize,
                                    {"t", R"({"o":{"k":1,"x":2},"l":[1,"2",3]})", "{}", R"({"c":1})"}, "");
  EXPECT_EQ(result.inputData, R"({"o":{"k":1},"l":[1,3]})");
  EXPECT_EQ(result.reasoning, "{}") << "a section that fits nothing is an offending value as a whole";
  EXPECT_EQ(result.violationCount, 3u);
}

TEST(Check, CatastrophicPatterns_TakeLinearTime) {
  const std::string text(1 << 20, 'a');
  EXPECT_EQ(violationsOf(R"({"properties":{"x":{"pattern":"^(a+)+$"}}})", "{\"x\":\"" + text + "b\"}").size(), 1u);
  EXPECT_EQ(violationsOf(R"({"properties":{"x":{"pattern":"^(a|aa|b)*$"}}})", "{\"x\":\"" + text + "\"}"), Texts{});
}

TEST(Check, WorkWithoutEnd_IsGivenUp_AndSanitizingLeavesTheSection) {
  std::string definitions = R"("a0":{"properties":{"x":{"type":"number"}}})";
  for (int i = 1; i < 30; ++i) {
    const std::string before = R"({"$ref":"#/definitions/a)" + std::to_string(i - 1) + "\"}";
    definitions += ",\"a" + std::to_string(i) + "\":{\"allOf\":[" + before + "," + before + "]}";
  }
  const auto schema = compiled(R"({"reasoning":{"$ref":"#/definitions/a29","definitions":{)" + definitions + "}}}");
  const StepContent step{"t", "{}", "{}", R"({"x":"y"})"};
  EXPECT_EQ(violationsOf(*schema, step),
            Texts{"/reasoning missing_key not checked: its schema takes too long to apply to this value"});
  const auto result = enforceSchema(*schema, ValidationMode::Sanitize, step, "");
  EXPECT_EQ(result.reasoning, "");
}

TEST(Check, DeepValues_AreCheckedOrToldAsNotChecked) {
  const std::string deep = std::string(120, '[') + std::string(120, ']');
  EXPECT_EQ(
      violationsOf(
          R"({"additionalProperties":{"$ref":"#/definitions/a"},"definitions":{"a":{"items":{"$ref":"#/definitions/a"}}}})",
          "{\"x\":" + deep + "}"),
      Texts{});
  std::string chain = R"("a0":{"items":{"$ref":"#/definitions/a29"}})";
  for (int i = 1; i < 30; ++i) {
    chain += ",\"a" + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/definitions/a)" + std::to_string(i - 1) + "\"}]}";
  }
  EXPECT_EQ(violationsOf(R"({"additionalProperties":{"$ref":"#/definitions/a29"},"definitions":{)" + chain + "}}",
                         "{\"x\":" + deep + "}"),
            Texts{"/reasoning missing_key not checked: schemas lie more than 300 deep in each other"});
}

TEST(Check, SectionsFullOfFaults_AreWrongAsAWhole) {
  std::string list = "[";
  for (int i = 0; i < 20'000; ++i) list += "1,";
  EXPECT_EQ(violationsOf(R"({"properties":{"x":{"items":{"type":"string"}}}})", "{\"x\":" + list + "1]}"),
            Texts{"/reasoning wrong_type more than 10000 violations"});
}

}  // namespace
}  // namespace xray::jsonschema
