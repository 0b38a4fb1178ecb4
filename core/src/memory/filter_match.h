#pragma once
// What a filter means, said once and plainly: every store's lowering is compared with this.

#include "memory/run_facts.h"
#include "xray/filter.h"
#include "xray/run.h"

namespace xray::memory {

/// A run as filters see it. Borrows the facts.
struct RunSubject {
  RunSubject(const Id& runId, const RunFacts& facts, const ReadContext& context)
      : run(facts.state(runId, context)), facts(&facts) {}

  Run run;
  const RunFacts* facts;
};

/// True when the filter (null: everything) is true for the run. `filter` is of Entity::Run.
bool matches(const Filter* filter, const RunSubject& run);
/// The same for one of its steps. `filter` is of Entity::Step.
bool matches(const Filter* filter, const RunSubject& run, const StepFact& step);

/// The value of a field, or of the member under `path` of a JSON field, of the same types as literals; monostate where
/// it is missing, and for JSON arrays and objects. `step` is null where only fields of a run are asked for.
Literal fieldValue(Field field, const std::vector<std::string>& path, const RunSubject& run, const StepFact* step);

}  // namespace xray::memory
