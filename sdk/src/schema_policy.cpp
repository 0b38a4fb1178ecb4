#include "schema_policy.h"

namespace xray::sdk {

Result<std::shared_ptr<const SchemaPolicy>> SchemaPolicy::make(SchemaRef ref, std::string definition,
                                                               const SchemaValidator& validator, ValidationMode mode) {
  auto compiled = validator.compile(definition);
  if (!compiled.ok()) return compiled.status();
  return std::shared_ptr<const SchemaPolicy>(
      new SchemaPolicy(std::move(ref), std::move(definition), std::move(*compiled), mode));
}

Enforcement SchemaPolicy::check(const FrameTexts& step, bool ended) const {
  return enforceSchema(*compiled_, mode_, {step[kStepType], step[kInput], step[kOutput], step[kReasoning], ended},
                       "[]");
}

void SchemaPolicy::apply(const Enforcement& enforcement, FrameTexts& step) {
  if (enforcement.violationCount > 0) step[kViolations] = enforcement.violations;
  if (!enforcement.changed) return;
  const auto replace = [&](FrameText text, const std::string& by) {
    if (!by.empty()) step[text] = by;
  };
  replace(kStepType, enforcement.stepType);
  replace(kInput, enforcement.inputData);
  replace(kOutput, enforcement.outputData);
  replace(kReasoning, enforcement.reasoning);
}

}  // namespace xray::sdk
