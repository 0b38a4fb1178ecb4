#include "xray/sql/step_fold.h"

#include "xray/text.h"

namespace xray::sql {

StepChange foldNew(StepFacts& facts, const StepEvent& event) {
  facts = {!event.ended(), event.ended(), event.status == StepStatus::Error, std::int64_t{event.violationCount}};
  return {.added = true, .errors = facts.error ? 1 : 0, .violations = facts.violations};
}

StepNews foldKnown(StepFacts& facts, const StepEvent& event, StepChange& change) {
  bool& known = event.ended() ? facts.ended : facts.started;
  if (known) return StepNews::Nothing;
  known = true;
  change = {};
  if (!event.ended()) return StepNews::LateStart;  // the end has told everything
  const StepFacts before = facts;
  facts.error = event.status == StepStatus::Error;
  facts.violations = std::int64_t{event.violationCount};
  change.errors = (facts.error ? 1 : 0) - (before.error ? 1 : 0);
  change.violations = facts.violations - before.violations;
  return StepNews::End;
}

std::string schemaConflict(const SchemaRegistered& schema) {
  return "schema " + quoted(schema.name) + " version " + std::to_string(schema.version) +
         " is registered with another definition; a changed schema needs a new version";
}

}  // namespace xray::sql
