#pragma once
// The schema that validators are compared by. A validator under test brings a definition in its own form that says the
// same (docs/plugins.md).

#include <string>
#include <vector>

namespace xray::test {

inline const std::string kKeyList = R"({
  "step_types": ["filter", "llm", "größe"],
  "input_data": ["query", {"key": "limit", "type": "number"}],
  "reasoning": ["rule", "a/b~c", "percent left",
                {"key": "share", "type": "number", "required": true},
                {"key": "flag", "type": "boolean"},
                {"key": "list", "type": "array"},
                {"key": "o", "type": "object"},
                {"key": "name", "type": "string"}],
  "steps": {"llm": {"reasoning": ["rule", {"key": "model", "type": "string", "required": true}],
                    "output_data": ["answer"]}}
})";

/// Steps that fit it.
template <typename Step>
std::vector<Step> cleanSteps() {
  return {
      {"filter", R"({"query":[1],"limit":-5.5})", R"({"anything":{"is":"allowed"}})",
       R"({"share":94.2,"rule":null,"flag":false,"list":[1,"x"],"o":{"a":{"b":[]}},"name":"größe","a/b~c":1,"percent left":2})"},
      {"größe", "{}", "{}", R"({"sh\u0061re":1e2})"},
      {"llm", "{}", R"({"answer":"42"})", R"({"model":"small","rule":["x"]})"},
      {"llm", "{}", "{}", "{}", false},
      {"filter", "", "", "", false}};
}

}  // namespace xray::test
