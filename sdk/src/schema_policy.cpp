#include "schema_policy.h"

namespace xray::sdk {

Result<std::shared_ptr<const SchemaPolicy>> SchemaPolicy::make(SchemaRef ref, std::string definition,
                                                               const SchemaValidator& validator, ValidationMode mode) {
  auto compiled = validator.compile(definition);
  if (!compiled.ok()) return compiled.status();
  return std::shared_ptr<const SchemaPolicy>(
      new SchemaPolicy(std::move(ref), std::move(definition), std::move(*compiled), mode));
}

Enforcement SchemaPolicy::check(const StepEvent& step) const {
  return enforceSchema(*compiled_, mode_,
                       {step.stepType, step.inputData, step.outputData, step.reasoning, step.ended()}, "[]");
}

void SchemaPolicy::apply(const Enforcement& enforcement, StepEvent& step) {
  if (enforcement.violationCount > 0) step.violations = enforcement.violations;
  if (!enforcement.changed) return;
  const auto replace = [](auto& text, const std::string& by) {
    if (!by.empty()) text = by;
  };
  replace(step.stepType, enforcement.stepType);
  replace(step.inputData, enforcement.inputData);
  replace(step.outputData, enforcement.outputData);
  replace(step.reasoning, enforcement.reasoning);
}

}  // namespace xray::sdk
