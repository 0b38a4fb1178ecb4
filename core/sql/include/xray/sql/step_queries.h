#pragma once
// The reads of steps.

#include "xray/run.h"
#include "xray/sql/row.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

/// Skeletons of every step of a run, in (started_at, seq, step_id) order.
Statement selectRunSteps(const Dialect& dialect, const Id& runId);
Statement selectStep(const Dialect& dialect, const Id& runId, const Id& stepId);
Statement selectSteps(const Dialect& dialect, const PageQuery& query, bool skeleton, const ReadContext& context);

/// Reads a row of the first, or of the third with `skeleton` set.
StepSkeleton readSkeleton(const Row& row);
/// Reads a row of the second, or of the third with `skeleton` not set.
Step readStep(const Row& row);

/// Where the page after this step begins.
PageCursor stepCursor(const StepSkeleton& step, SortKey key);

}  // namespace xray::sql
