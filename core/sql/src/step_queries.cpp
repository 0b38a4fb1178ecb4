#include "xray/sql/step_queries.h"

#include "xray/sql/dialect.h"
#include "xray/sql/filter_sql.h"
#include "xray/sql/page_sql.h"

namespace xray::sql {
namespace {

// readSkeleton and readStep know this order.
constexpr std::string_view kSkeletonColumns =
    "SELECT s.step_id, s.run_id, s.parent_step_id, s.seq, s.name, s.step_type, s.status, s.started_at, s.ended_at,"
    " s.duration_us, s.error, s.schema_checked, s.violations";
constexpr std::string_view kPayloadColumns = ", s.input_data, s.output_data, s.reasoning";
constexpr std::string_view kFrom = " FROM steps s";
constexpr std::string_view kJoinRuns = " JOIN runs r ON r.run_id = s.run_id";

PagedColumns columnsOf(SortKey key) {
  if (key == SortKey::Duration) return {"s.duration_us", true, "s.step_id", "s.run_id"};
  return {"s.started_at", false, "s.step_id", "s.run_id"};
}

StepStatus statusOf(std::string_view text) {
  if (text == toString(StepStatus::Success)) return StepStatus::Success;
  return text == toString(StepStatus::Error) ? StepStatus::Error : StepStatus::Running;
}

void readInto(const Row& row, StepSkeleton& step) {
  step.stepId = row.id(0);
  step.runId = row.id(1);
  step.parentStepId = row.idOrNone(2);
  step.seq = row.integerOrNone(3);
  step.name = row.text(4);
  step.stepType = row.text(5);
  step.status = statusOf(row.text(6));
  step.startedAt = row.time(7);
  step.endedAt = row.timeOrNone(8);
  step.duration = row.microsecondsOrNone(9);
  step.error = row.text(10);
  step.schemaChecked = row.integer(11) != 0;
  step.violations = row.text(12);
}

}  // namespace

Statement selectRunSteps(const Dialect& dialect, const Id& runId) {
  StatementBuilder statement(dialect);
  const std::string run = statement.bind(runId);
  statement << kSkeletonColumns << kFrom << " WHERE s.run_id = " << run
            << " ORDER BY s.started_at, s.seq ASC NULLS LAST, s.step_id";
  return statement.take();
}

Statement selectStep(const Dialect& dialect, const Id& runId, const Id& stepId) {
  StatementBuilder statement(dialect);
  const std::string run = statement.bind(runId);
  const std::string step = statement.bind(stepId);
  statement << kSkeletonColumns << kPayloadColumns << kFrom << " WHERE s.run_id = " << run
            << " AND s.step_id = " << step;
  return statement.take();
}

Statement selectSteps(const Dialect& dialect, const PageQuery& query, bool skeleton, const ReadContext& context) {
  StatementBuilder statement(dialect);
  const PagedColumns columns = columnsOf(query.order.key);
  const FilterNode* root = query.filter ? query.filter->root.get() : nullptr;
  std::string condition = root ? lowerFilter(*root, context, statement) : "1 = 1";
  if (query.after) condition += " AND " + afterCursor(columns, query.order.descending, *query.after, statement);
  const std::string tail = orderAndLimit(columns, query, statement);
  statement << kSkeletonColumns << (skeleton ? "" : kPayloadColumns) << kFrom;
  if (root && usesRunFields(*root)) statement << kJoinRuns;
  statement << " WHERE " << condition << tail;
  return statement.take();
}

StepSkeleton readSkeleton(const Row& row) {
  StepSkeleton step;
  readInto(row, step);
  return step;
}

Step readStep(const Row& row) {
  Step step;
  readInto(row, step);
  step.inputData = row.text(13);
  step.outputData = row.text(14);
  step.reasoning = row.text(15);
  return step;
}

PageCursor stepCursor(const StepSkeleton& step, SortKey key) {
  PageCursor cursor{std::nullopt, step.stepId, step.runId};
  if (key == SortKey::StartedAt) cursor.key = step.startedAt.time_since_epoch().count();
  if (key == SortKey::Duration && step.duration) cursor.key = step.duration->count();
  return cursor;
}

}  // namespace xray::sql
