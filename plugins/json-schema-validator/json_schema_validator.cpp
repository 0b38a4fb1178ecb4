#include "json_schema_validator.h"

#include <algorithm>

#include "definition.h"
#include "pattern.h"
#include "section_schema.h"
#include "xray/text.h"

namespace xray::jsonschema {
namespace {

// Every violation tells the allowed types, unless there are more than a reader wants.
constexpr std::size_t kMaxTypesTold = 50;

using SectionSchemas = std::array<std::unique_ptr<const SectionSchema>, kSections>;  // null: everything is allowed

class JsonSchema : public CompiledSchema {
 public:
  JsonSchema(bool typesGiven, std::vector<std::string> stepTypes, SectionSchemas general,
             std::map<std::string, SectionSchemas, std::less<>> refined)
      : typesGiven_(typesGiven),
        stepTypes_(std::move(stepTypes)),
        general_(std::move(general)),
        refined_(std::move(refined)) {}

  void check(const StepContent& step, std::vector<Violation>& violations) const override {
    checkType(step.stepType, violations);
    const auto refinement = refined_.find(step.stepType);
    const std::array<JsonText, kSections> payloads = {step.inputData, step.outputData, step.reasoning};
    for (std::size_t section = 0; section < kSections; ++section) {
      const SectionSchema* schema = general_[section].get();
      if (refinement != refined_.end() && refinement->second[section]) schema = refinement->second[section].get();
      if (!schema) continue;
      const JsonValue payload = jsonValue(payloads[section].empty() ? "{}" : payloads[section]);
      std::array<char, 16> pointer{'/'};
      const std::string_view name = kSectionNames[section];
      std::copy(name.begin(), name.end(), pointer.begin() + 1);
      schema->check(payload, {pointer.data(), name.size() + 1}, step.ended, violations);
    }
  }

 private:
  void checkType(std::string_view stepType, std::vector<Violation>& violations) const {
    if (!typesGiven_ || std::binary_search(stepTypes_.begin(), stepTypes_.end(), stepType, std::less<>())) return;
    std::string reason = quoted(stepType);
    if (stepTypes_.size() <= kMaxTypesTold) {
      reason += didYouMean(stepType, stepTypes_) + " (step types: " + joinNames(stepTypes_) + ")";
    }
    violations.push_back({"/step_type", ViolationKind::UnknownStepType, std::move(reason)});
  }

  const bool typesGiven_;
  const std::vector<std::string> stepTypes_;  // sorted
  const SectionSchemas general_;
  const std::map<std::string, SectionSchemas, std::less<>> refined_;
};

/// Compiles the sections of one definition, which share their patterns.
class Compilation {
 public:
  explicit Compilation(const Definition& definition) : patterns_(std::make_shared<Patterns>()) {
    for (const std::string& pattern : definition.patterns) patterns_->try_emplace(pattern, pattern);
  }

  SectionSchemas sections(const SectionTexts& texts) const {
    SectionSchemas schemas;
    for (std::size_t section = 0; section < kSections; ++section) {
      if (texts[section].given()) schemas[section] = std::make_unique<SectionSchema>(texts[section].schema, patterns_);
    }
    return schemas;
  }

 private:
  std::shared_ptr<Patterns> patterns_;
};

class JsonSchemaValidator : public SchemaValidator {
 public:
  Result<std::unique_ptr<CompiledSchema>> compile(JsonText text) const override {
    Result<Definition> definition = readDefinition(text);
    if (!definition.ok()) return definition.status();
    try {
      const Compilation compilation(*definition);
      std::map<std::string, SectionSchemas, std::less<>> refined;
      for (const auto& [stepType, texts] : definition->refined) {
        refined.emplace(stepType, compilation.sections(texts));
      }
      return std::unique_ptr<CompiledSchema>(
          std::make_unique<JsonSchema>(definition->typesGiven, std::move(definition->stepTypes),
                                       compilation.sections(definition->general), std::move(refined)));
    } catch (const std::exception& error) {  // valijson
      return Status(StatusCode::InvalidArgument, std::string("definition: ") + error.what());
    }
  }
};

}  // namespace

std::unique_ptr<SchemaValidator> makeValidator() {
  return std::make_unique<JsonSchemaValidator>();
}

}  // namespace xray::jsonschema
