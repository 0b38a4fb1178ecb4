// What is no definition, and what is refused although draft 7 knows it, is told with its place.

#include "compiled.h"

namespace xray::jsonschema {
namespace {

std::string refusal(const std::string& definition) {
  EXPECT_TRUE(checkJson(definition, 128).ok()) << definition.substr(0, 200);
  const auto schema = makeValidator()->compile(definition);
  if (schema.ok()) return "(fine)";
  EXPECT_EQ(schema.status().code(), StatusCode::InvalidArgument);
  return schema.status().message();
}

struct Bad {
  const char* definition;
  const char* message;
};

TEST(Definition, Outline_IsThatOfKeyLists) {
  const Bad cases[] = {
      {"[]", "definition: must be an object, not an array"},
      {R"({"reasonin":{}})",
       R"(definition: unknown member "reasonin"; did you mean "reasoning"? (members: step_types, input_data, output_data, reasoning, steps))"},
      {R"({"step_types":"llm"})", R"(/step_types: must be an array of strings, not "llm")"},
      {R"({"step_types":["llm",7]})", "/step_types/1: must be a string, not 7"},
      {R"({"reasoning":["rule"]})",
       "/reasoning: must be a JSON Schema, not an array; lists of keys are for the validator key-list"},
      {R"({"reasoning":"rule"})", R"(/reasoning: must be a JSON Schema (an object, true or false), not "rule")"},
      {R"({"steps":[]})", "/steps: must be an object, not an array"},
      {R"({"steps":{"llm":7}})", "/steps/llm: must be an object, not 7"},
      {R"({"steps":{"a/b":{"inputs":{}}}})",
       R"(/steps/a~1b: unknown member "inputs" (members: input_data, output_data, reasoning))"},
      {R"({"steps":{"llmm":{}},"step_types":["llm","api"]})",
       R"(/steps/llmm: is not one of step_types; did you mean "llm"?)"},
      {R"({"steps":{"llm":{"reasoning":{"type":7}}}})",
       "/steps/llm/reasoning/type: must be one of string, number, integer, boolean, object, array, null, not 7"},
  };
  for (const Bad& bad : cases) EXPECT_EQ(refusal(bad.definition), bad.message);
  EXPECT_EQ(refusal("{}"), "(fine)");
  EXPECT_EQ(refusal(R"({"step_types":["llm"],"input_data":true,"steps":{"llm":{"reasoning":{}}}})"), "(fine)");
}

TEST(Definition, EveryKeyword_IsCheckedAtItsPlace) {
  const Bad cases[] = {
      {R"({"properties":{"score":{"type":"numbr"}}})",
       R"(/reasoning/properties/score/type: must be one of string, number, integer, boolean, object, array, null, not "numbr"; did you mean "number"?)"},
      {R"({"type":["string","int"]})",
       R"(/reasoning/type/1: must be one of string, number, integer, boolean, object, array, null, not "int")"},
      {R"({"type":[]})", "/reasoning/type: must not be empty"},
      {R"({"properties":[]})", "/reasoning/properties: must be an object of schemas, not an array"},
      {R"({"properties":{"a/b":7}})",
       "/reasoning/properties/a~1b: must be a JSON Schema (an object, true or false), not 7"},
      {R"({"required":"a"})", R"(/reasoning/required: must be an array of names, not "a")"},
      {R"({"required":["a",1]})", "/reasoning/required/1: must be a string, not 1"},
      {R"({"minimum":"1"})", R"(/reasoning/minimum: must be a number, not "1")"},
      {R"({"exclusiveMinimum":true})", "/reasoning/exclusiveMinimum: must be a number, not true"},
      {R"({"multipleOf":0})", "/reasoning/multipleOf: must be more than 0, not 0"},
      {R"({"maxLength":-1})", "/reasoning/maxLength: must be an integer of 0 or more, not -1"},
      {R"({"minItems":1.5})", "/reasoning/minItems: must be an integer of 0 or more, not 1.5"},
      {R"({"uniqueItems":1})", "/reasoning/uniqueItems: must be true or false, not 1"},
      {R"({"enum":{}})", "/reasoning/enum: must be an array of values, not an object"},
      {R"({"anyOf":[]})", "/reasoning/anyOf: must not be empty"},
      {R"({"allOf":{}})", "/reasoning/allOf: must be an array of schemas, not an object"},
      {R"({"allOf":[{},{"not":[]}]})",
       "/reasoning/allOf/1/not: must be a JSON Schema (an object, true or false), not an array"},
      {R"({"items":[true,3]})", "/reasoning/items/1: must be a JSON Schema (an object, true or false), not 3"},
      {R"({"dependencies":{"a":["b",{}]}})", "/reasoning/dependencies/a/1: must be a string, not an object"},
      {R"({"format":1})", "/reasoning/format: must be a string, not 1"},
      {R"({"properties":{"a":{"x-index":"yes"}}})",
       R"(/reasoning/properties/a/x-index: must be true or false, not "yes")"},
      {R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})",
       R"(/reasoning/$schema: must be http://json-schema.org/draft-07/schema#, the only dialect here, not "https://json-schema.org/draft/2020-12/schema")"},
      {R"({"id":"x"})", R"(/reasoning/id: is of draft 4; in draft 7 it is "$id")"},
      {R"({"items":{"$id":"x"}})", "/reasoning/items/$id: may only stand at the top of a section's schema"},
      {R"({"divisibleBy":2})", "/reasoning/divisibleBy: is of draft 3; draft 7 has multipleOf, not and allOf"},
  };
  for (const Bad& bad : cases) {
    EXPECT_EQ(refusal("{\"reasoning\":" + std::string(bad.definition) + "}"), bad.message) << bad.definition;
  }
  EXPECT_EQ(refusal(R"({"reasoning":{"$schema":"http://json-schema.org/draft-07/schema#","$id":"https://a/b",
      "maxLength":2.0,"units":"ms","properties":{"id":{"type":"string"},"type":{},"$ref":{},"properties":{}}}})"),
            "(fine)");
}

TEST(Definition, References_StayWithinTheirSection) {
  const auto reference = [](const std::string& text) {
    return refusal(R"({"reasoning":{"definitions":{"a b":{},"n":{"type":"number"}},"properties":{"x":{"$ref":")" +
                   text + "\"}}}}");
  };
  EXPECT_EQ(reference("#"), "(fine)");
  EXPECT_EQ(reference("#/definitions/n"), "(fine)");
  EXPECT_EQ(reference("#/definitions/a%20b"), "(fine)");
  for (const std::string text : {"file:///etc/passwd", "http://example.com/x.json", "x.json#/a", "", "#definitions"}) {
    const std::string message = reference(text);
    EXPECT_TRUE(message.starts_with("/reasoning/properties/x/$ref: must lead to a schema of this section, as \"#\""))
        << message;
    EXPECT_TRUE(message.ends_with("nothing is read from files or the network")) << message;
  }
  EXPECT_EQ(reference("#/definitions/m"),
            "/reasoning/properties/x/$ref: leads to no schema: \"#/definitions/m\" (schemas stand under definitions, "
            "properties, items, …)");
  EXPECT_EQ(reference("#/definitions//n"),
            "/reasoning/properties/x/$ref: leads through an empty name, which is not supported: \"#/definitions//n\"");
}

TEST(Definition, ReferencesThatGoRoundInCircles_AreRefused) {
  const std::string message = ": leads back to itself by $ref without going into a value";
  EXPECT_EQ(refusal(R"({"reasoning":{"$ref":"#"}})"), "/reasoning" + message);
  EXPECT_EQ(refusal(R"({"reasoning":{"allOf":[{"$ref":"#"}]}})"), "/reasoning" + message);
  EXPECT_EQ(
      refusal(
          R"({"reasoning":{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"anyOf":[true,{"not":{"$ref":"#/definitions/a"}}]}}}})"),
      "/reasoning/definitions/a" + message);
  EXPECT_EQ(
      refusal(
          R"({"reasoning":{"definitions":{"a":{"if":true,"then":{"dependencies":{"x":{"$ref":"#/definitions/a"}}}}}}})"),
      "/reasoning/definitions/a" + message);
  // Those that go into a value end with the value.
  EXPECT_EQ(
      refusal(R"({"reasoning":{"properties":{"next":{"$ref":"#"}},"additionalProperties":{"items":{"$ref":"#"}}}})"),
      "(fine)");
}

TEST(Definition, SchemasThatTheLibraryWouldMixUp_AreRefused) {
  EXPECT_EQ(refusal(R"({"reasoning":{"propertyNames":{"maxLength":3},"properties":{"x":{"$ref":"#"}}}})"),
            "/reasoning/properties/x/$ref: leads to a schema that cannot be told from another: it holds propertyNames "
            "(put that into an allOf), or a name with \"/\" in it");
  EXPECT_EQ(refusal(R"({"reasoning":{"allOf":[{"propertyNames":{"maxLength":3}}],"properties":{"x":{"$ref":"#"}}}})"),
            "(fine)");
}

TEST(Definition, Patterns_AreThoseThatTakeLinearTime) {
  EXPECT_EQ(refusal(R"({"reasoning":{"properties":{"x":{"pattern":"^(a+)+$"}}}})"), "(fine)");
  for (const std::string pattern : {"(?=a)b", "(a)\\\\1", "(", "a{2000}", "[z-a]"}) {
    const std::string message = refusal(R"({"reasoning":{"properties":{"x":{"pattern":")" + pattern + "\"}}}}");
    EXPECT_TRUE(
        message.starts_with("/reasoning/properties/x/pattern: not a pattern that can be matched in linear time "
                            "(RE2's syntax: no lookaround, no back-references): "))
        << message;
  }
  EXPECT_TRUE(
      refusal(R"({"reasoning":{"patternProperties":{"(":true}}})").starts_with("/reasoning/patternProperties/(: not"));
  EXPECT_EQ(refusal(R"({"reasoning":{"pattern":")" + std::string(1025, 'a') + "\"}}"),
            "/reasoning/pattern: the pattern is longer than 1024 bytes");
  std::string many;
  for (int i = 0; i <= 100; ++i) many += (i ? ",{\"pattern\":\"" : "{\"pattern\":\"") + std::to_string(i) + "\"}";
  EXPECT_EQ(refusal("{\"reasoning\":{\"allOf\":[" + many + "]}}"),
            "/reasoning/allOf/100/pattern: too many patterns (a definition has at most 100)");
}

TEST(Definition, Size_IsLimited) {
  std::string properties;
  for (int i = 0; i < 10'000; ++i) properties += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":{}";
  EXPECT_EQ(
      refusal("{\"reasoning\":{\"properties\":{" + properties + "}}}"),
      "/reasoning/properties/k9999: too many schemas (a definition has at most 10000, those within others included)");
  std::string types;
  for (int i = 0; i < 1'001; ++i) types += (i ? ",\"t" : "\"t") + std::to_string(i) + "\"";
  EXPECT_EQ(refusal("{\"step_types\":[" + types + "]}"),
            "/step_types/1000: too many step types (a definition has at most 1000)");
  std::string chain = R"("a0":{"type":"object"})";
  for (int i = 1; i < 70; ++i) {
    chain += ",\"a" + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/definitions/a)" + std::to_string(i - 1) + "\"}]}";
  }
  EXPECT_NE(refusal("{\"reasoning\":{\"definitions\":{" + chain + "}}}").find("leads on to more than 64 schemas"),
            std::string::npos);
}

}  // namespace
}  // namespace xray::jsonschema
