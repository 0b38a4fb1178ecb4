#pragma once
// The schema that runs are recorded under, and what happens to steps that violate it.

#include <memory>
#include <string>

#include "xray/event.h"
#include "xray/schema_validator.h"

namespace xray::sdk {

/// Immutable, thread-safe.
class SchemaPolicy {
 public:
  /// `definition` passed checkJson; InvalidArgument as SchemaValidator::compile says.
  static Result<std::shared_ptr<const SchemaPolicy>> make(SchemaRef ref, std::string definition,
                                                          const SchemaValidator& validator, ValidationMode mode);

  SchemaRefView ref() const { return {ref_.name, ref_.version}; }
  const std::string& definition() const { return definition_; }

  /// What to send instead of the step; does not allocate for a clean one.
  Enforcement check(const StepEvent& step) const;
  /// The step as it is to be sent. Views into `enforcement`.
  static void apply(const Enforcement& enforcement, StepEvent& step);

 private:
  SchemaPolicy(SchemaRef ref, std::string definition, std::unique_ptr<CompiledSchema> compiled, ValidationMode mode)
      : ref_(std::move(ref)), definition_(std::move(definition)), compiled_(std::move(compiled)), mode_(mode) {}

  SchemaRef ref_;
  std::string definition_;
  std::unique_ptr<CompiledSchema> compiled_;
  ValidationMode mode_;
};

}  // namespace xray::sdk
