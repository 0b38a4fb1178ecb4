#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "json_schema_validator.h"
#include "xray/json.h"

namespace xray::jsonschema {

/// The definition, which must be one.
inline std::unique_ptr<CompiledSchema> compiled(const std::string& definition) {
  if (!checkJson(definition, 128).ok()) throw std::runtime_error("no JSON: " + definition);
  auto schema = makeValidator()->compile(definition);
  if (!schema.ok()) throw std::runtime_error(schema.status().message());
  return std::move(*schema);
}

/// "pointer kind [reason]" for each violation.
inline std::vector<std::string> violationsOf(const CompiledSchema& schema, const StepContent& step) {
  std::vector<Violation> violations;
  schema.check(step, violations);
  std::vector<std::string> texts;
  for (const Violation& one : violations) {
    texts.push_back(one.pointer + " " + std::string(toString(one.kind)) + (one.reason.empty() ? "" : " " + one.reason));
  }
  return texts;
}

/// Those of a step with only `reasoning`, against the JSON Schema of that section.
inline std::vector<std::string> violationsOf(const std::string& schema, const std::string& reasoning,
                                             bool ended = true) {
  return violationsOf(*compiled("{\"reasoning\":" + schema + "}"), {"t", "{}", "{}", reasoning, ended});
}

using Texts = std::vector<std::string>;

}  // namespace xray::jsonschema
