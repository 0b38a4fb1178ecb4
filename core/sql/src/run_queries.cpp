#include "xray/sql/run_queries.h"

#include "xray/sql/dialect.h"
#include "xray/sql/filter_sql.h"
#include "xray/sql/page_sql.h"

namespace xray::sql {
namespace {

// readRun knows this order.
constexpr std::string_view kSelect =
    "SELECT r.run_id, r.parent_run_id, r.pipeline, r.outcome, r.started_at, r.ended_at, r.last_activity_at, "
    "r.duration_us,"
    " r.timeout_us, r.schema_name, r.schema_version, r.error, r.metadata, r.step_count, r.error_count, r.missing_steps,"
    " r.violation_count, r.lost FROM runs r WHERE ";

PagedColumns columnsOf(SortKey key) {
  switch (key) {
    case SortKey::StartedAt:
      return {"r.started_at", false, "r.run_id", ""};
    case SortKey::Duration:
      return {"r.duration_us", true, "r.run_id", ""};
    case SortKey::LastActivityAt:
      return {"r.last_activity_at", false, "r.run_id", ""};
  }
  return {};
}

RunStatus statusOf(const std::optional<std::string>& outcome, Timestamp lastActivity, Microseconds timeout,
                   Timestamp now) {
  if (outcome) return *outcome == toString(RunStatus::Crashed) ? RunStatus::Crashed : RunStatus::Completed;
  // A difference, for the sum of a time and a timeout may be beyond 2^63.
  return now - lastActivity > timeout ? RunStatus::Incomplete : RunStatus::Running;
}

}  // namespace

Statement selectRun(const Dialect& dialect, const Id& runId) {
  StatementBuilder statement(dialect);
  const std::string id = statement.bind(runId);
  statement << kSelect << "r.run_id = " << id;
  return statement.take();
}

Statement selectRuns(const Dialect& dialect, const PageQuery& query, const ReadContext& context) {
  StatementBuilder statement(dialect);
  const PagedColumns columns = columnsOf(query.order.key);
  std::string condition = "1 = 1";
  if (query.filter && query.filter->root) condition = lowerFilter(*query.filter->root, context, statement);
  if (query.after) condition += " AND " + afterCursor(columns, query.order.descending, *query.after, statement);
  const std::string tail = orderAndLimit(columns, query, statement);
  statement << kSelect << condition << tail;
  return statement.take();
}

Run readRun(const Row& row, const ReadContext& context) {
  Run run;
  run.runId = row.id(0);
  run.parentRunId = row.idOrNone(1);
  run.pipeline = row.textOrNone(2);
  run.startedAt = row.time(4);
  run.endedAt = row.timeOrNone(5);
  run.lastActivityAt = row.time(6);
  run.duration = row.microsecondsOrNone(7);
  run.status = statusOf(row.textOrNone(3), run.lastActivityAt,
                        row.microsecondsOrNone(8).value_or(context.incompleteAfter), context.now);
  if (!row.isNull(9)) run.schema = SchemaRef{row.text(9), row.integer(10)};
  run.error = row.text(11);
  run.metadata = row.text(12);
  run.stepCount = row.integer(13);
  run.errorCount = row.integer(14);
  run.missingSteps = row.integerOrNone(15);
  run.violationCount = row.integer(16);
  run.lost = row.text(17);
  return run;
}

PageCursor runCursor(const Run& run, SortKey key) {
  PageCursor cursor{std::nullopt, run.runId, {}};
  if (key == SortKey::StartedAt) cursor.key = run.startedAt.time_since_epoch().count();
  if (key == SortKey::LastActivityAt) cursor.key = run.lastActivityAt.time_since_epoch().count();
  if (key == SortKey::Duration && run.duration) cursor.key = run.duration->count();
  return cursor;
}

}  // namespace xray::sql
