#pragma once
// How facts become the row of a step (wire.md section 3), and when a schema's registration is refused.

#include <cstdint>
#include <string>

#include "xray/event.h"
#include "xray/sql/run_fold.h"

namespace xray::sql {

/// What is stored of a step.
struct StepFacts {
  bool started = false;  // which facts
  bool ended = false;
  bool error = false;  // its status
  std::int64_t violations = 0;
};

/// What an event of a step that is not known does: its row is the event.
StepChange foldNew(StepFacts& facts, const StepEvent& event);

enum class StepNews : std::uint8_t {
  Nothing,    // a duplicate
  End,        // step.ended of a step that was announced: replaces the row
  LateStart,  // step.started of a step that has ended: only kept in mind
};
/// Folds an event of a known step into its facts; `change` is set unless it is a duplicate.
StepNews foldKnown(StepFacts& facts, const StepEvent& event, StepChange& change);

/// Why a schema is refused whose name and version have another definition.
std::string schemaConflict(const SchemaRegistered& schema);

}  // namespace xray::sql
