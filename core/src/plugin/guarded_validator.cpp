#include "plugin/guarded_validator.h"

namespace xray {

Result<std::unique_ptr<CompiledSchema>> GuardedValidator::compile(JsonText definition) const {
  auto compiled = guard("compile", &SchemaValidator::compile, definition);
  if (!compiled.ok()) return compiled;
  if (!*compiled) return Status(StatusCode::Internal, "plugin " + plugin() + ": compile: returned no object");
  return std::unique_ptr<CompiledSchema>(std::make_unique<GuardedSchema>(seam(), std::move(*compiled)));
}

void GuardedSchema::check(const StepContent& step, std::vector<Violation>& violations) const {
  const std::size_t before = violations.size();
  const Status status = guardedUntold(seam(), "check", [&] {
    inner().check(step, violations);
    return Status();
  });
  if (status.ok()) return;
  if (seam().observer) seam().observer->called(plugin(), "check", status.code(), {});
  violations.resize(before);
  // Of the kinds, the one that sanitizing leaves alone: nothing of the step is known to be wrong.
  violations.push_back({"", ViolationKind::MissingKey, "not checked: " + status.message()});
}

}  // namespace xray
