#pragma once

#include "plugin/guard.h"
#include "xray/schema_validator.h"

namespace xray {

/// A plugin's validator whose exceptions are Status Internal; what it compiles is guarded too.
class GuardedValidator : public Guarded<SchemaValidator> {
 public:
  using Guarded::Guarded;

  Result<std::unique_ptr<CompiledSchema>> compile(JsonText definition) const override;
};

/// A compiled schema of a plugin. A step whose check throws has not been checked, so it counts as violating its schema.
class GuardedSchema : public Guarded<CompiledSchema> {
 public:
  using Guarded::Guarded;

  void check(const StepContent& step, std::vector<Violation>& violations) const override;
};

}  // namespace xray
