#pragma once
// The reads of runs.

#include "xray/run.h"
#include "xray/sql/row.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

Statement selectRun(const Dialect& dialect, const Id& runId);
Statement selectRuns(const Dialect& dialect, const PageQuery& query, const ReadContext& context);

/// Reads a row of either, deriving the status.
Run readRun(const Row& row, const ReadContext& context);

/// Where the page after this run begins.
PageCursor runCursor(const Run& run, SortKey key);

}  // namespace xray::sql
