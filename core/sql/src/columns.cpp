#include "columns.h"

#include <array>

#include "xray/sql/dialect.h"

namespace xray::sql {
namespace {

// In the order of Field.
constexpr std::array kColumns = {
    // of a run
    "r.run_id", "r.parent_run_id", "r.pipeline", "r.outcome", "r.started_at", "r.ended_at", "r.last_activity_at",
    "r.duration_us", "r.step_count", "r.error_count", "r.missing_steps", "r.violation_count", "r.schema_name",
    "r.schema_version", "r.error_type", "r.error_message", "r.metadata",
    // of a step
    "s.step_id", "s.run_id", "s.parent_step_id", "s.name", "s.step_type", "s.status", "s.started_at", "s.ended_at",
    "s.duration_us", "s.seq", "s.violation_count", "s.schema_checked", "s.error_type", "s.error_message",
    "s.input_data", "s.output_data", "s.reasoning"};
static_assert(kColumns.size() == static_cast<std::size_t>(Field::Reasoning) + 1);

/// When a run that has not ended counts as incomplete.
std::string lastMoment(const ReadContext& context, StatementBuilder& statement) {
  const std::string timeout =
      "COALESCE(r.timeout_us, " + statement.bind(std::int64_t{context.incompleteAfter.count()}) + ")";
  return statement.dialect().later("r.last_activity_at", timeout);
}

}  // namespace

const char* columnOf(Field field) {
  return kColumns[static_cast<std::size_t>(field)];
}

std::string runStatusIs(RunStatus status, const ReadContext& context, StatementBuilder& statement) {
  if (status == RunStatus::Completed || status == RunStatus::Crashed) {
    // Not bound, for a partial index only serves what is known to imply its condition.
    return "r.outcome = '" + std::string(toString(status)) + "'";
  }
  const std::string past = lastMoment(context, statement);
  return "(r.outcome IS NULL AND " + past + (status == RunStatus::Incomplete ? " < " : " >= ") +
         statement.bind(context.now) + ")";
}

std::string runStatusText(const ReadContext& context, StatementBuilder& statement) {
  const std::string past = lastMoment(context, statement);
  return "CASE WHEN r.outcome IS NOT NULL THEN r.outcome WHEN " + past + " < " + statement.bind(context.now) +
         " THEN 'incomplete' ELSE 'running' END";
}

}  // namespace xray::sql
