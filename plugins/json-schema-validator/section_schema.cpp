#include "section_schema.h"

#include <utility>

#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>

#include "evaluation.h"
#include "json_text_adapter.h"
#include "pattern.h"

namespace xray::jsonschema {
SectionSchema::SectionSchema(const JsonValue& schema, std::shared_ptr<const Patterns> patterns,
                             const CheckLimits& limits)
    : patterns_(std::move(patterns)), limits_(limits) {
  auto compiled = std::make_unique<valijson::Schema>();
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(JsonTextAdapter(schema), *compiled);
  schema_ = std::move(compiled);
}

SectionSchema::~SectionSchema() = default;

void SectionSchema::check(const JsonValue& value, std::string_view pointer, bool ended,
                          std::vector<Violation>& violations) const {
  const std::size_t first = violations.size();
  const std::size_t budget = limits_.maxApplied + limits_.appliedPerByte * value.text.size();
  Evaluation evaluation(*patterns_, {limits_.maxViolations, limits_.maxDepth, budget}, pointer, !ended, violations);
  evaluation.run(*schema_, value);
  if (evaluation.gaveUp()) {
    // Of the kinds, the one that sanitizing leaves alone: the section is not known to be wrong.
    violations.resize(first);
    violations.push_back({std::string(pointer), ViolationKind::MissingKey, "not checked: " + evaluation.whyGaveUp()});
  } else if (evaluation.tooMany()) {
    violations.resize(first);
    violations.push_back({std::string(pointer), ViolationKind::WrongType,
                          "more than " + std::to_string(limits_.maxViolations) + " violations"});
  }
}

}  // namespace xray::jsonschema
