#include "run_statements.h"

#include "columns.h"

namespace xray::postgres {
namespace {

using Out = BinaryBuffer&;
using Run = const sql::RunRow&;

void jsonOrNull(BinaryBuffer& out, const std::optional<std::string>& json) {
  json ? out.field(Json{*json}) : out.null();
}

std::optional<std::string_view> schemaName(Run run) {
  return run.schema ? std::optional<std::string_view>(run.schema->name) : std::nullopt;
}
std::optional<std::int32_t> schemaVersion(Run run) {
  return run.schema ? std::optional(static_cast<std::int32_t>(run.schema->version)) : std::nullopt;
}

// sql::readRunRow knows this order.
constexpr Column<sql::RunRow> kRunColumns[] = {
    {"run_id", Type::Uuid, [](Out out, Run run) { out.field(run.runId); }},
    {"parent_run_id", Type::Uuid, [](Out out, Run run) { out.field(run.parentRunId); }},
    {"pipeline", Type::Text, [](Out out, Run run) { out.field(run.pipeline); }},
    {"has_started", Type::Bool, [](Out out, Run run) { out.field(run.started); }},
    {"has_ended", Type::Bool, [](Out out, Run run) { out.field(run.ended); }},
    {"has_failed", Type::Bool, [](Out out, Run run) { out.field(run.failed); }},
    {"started_at", Type::TimestampTz, [](Out out, Run run) { out.field(run.startedAt); }},
    {"ended_at", Type::TimestampTz, [](Out out, Run run) { out.field(run.endedAt); }},
    {"last_activity_at", Type::TimestampTz, [](Out out, Run run) { out.field(run.lastActivityAt); }},
    {"timeout_us", Type::BigInt, [](Out out, Run run) { out.field(run.timeout); }},
    {"schema_name", Type::Text, [](Out out, Run run) { out.field(schemaName(run)); }},
    {"schema_version", Type::Integer, [](Out out, Run run) { out.field(schemaVersion(run)); }},
    {"error", Type::Jsonb, [](Out out, Run run) { jsonOrNull(out, run.error); }},
    {"error_type", Type::Text, [](Out out, Run run) { out.field(run.errorType); }},
    {"error_message", Type::Text, [](Out out, Run run) { out.field(run.errorMessage); }},
    {"error_step_id", Type::Uuid, [](Out out, Run run) { out.field(run.errorStepId); }},
    {"metadata", Type::Jsonb, [](Out out, Run run) { out.field(Json{run.metadata}); }},
    {"base_metadata", Type::Jsonb, [](Out out, Run run) { jsonOrNull(out, run.baseMetadata); }},
    {"failed_metadata", Type::Jsonb, [](Out out, Run run) { jsonOrNull(out, run.failedMetadata); }},
    {"lost", Type::Jsonb, [](Out out, Run run) { out.field(Json{run.lost}); }},
    {"last_seq", Type::BigInt, [](Out out, Run run) { out.field(run.lastSeq); }},
    {"step_count", Type::BigInt, [](Out out, Run run) { out.field(run.stepCount); }},
    {"error_count", Type::BigInt, [](Out out, Run run) { out.field(run.errorCount); }},
    {"violation_count", Type::BigInt, [](Out out, Run run) { out.field(run.violationCount); }},
    {"missing_steps", Type::BigInt, [](Out out, Run run) { out.field(run.missingSteps); }},
    {"duration_us", Type::BigInt, [](Out out, Run run) { out.field(durationOf(run.startedAt, run.endedAt)); }},
};

}  // namespace

Call lockRuns(const std::vector<Id>& runIds) {
  static const std::string text =
      "SELECT " + namesOf(kRunColumns) + " FROM runs WHERE run_id = ANY ($1) ORDER BY run_id FOR NO KEY UPDATE";
  return withIds("lock_runs", text, runIds);
}

Call insertRuns(const std::vector<const sql::RunRow*>& runs) {
  static const std::string text = insertText("runs", kRunColumns);
  Call call{"insert_runs", text};
  addColumns(call.parameters, kRunColumns, runs);
  return call;
}

Call writeRuns(const std::vector<const sql::RunRow*>& runs) {
  static const std::string text = updateText("runs", kRunColumns, 1);
  Call call{"write_runs", text};
  addColumns(call.parameters, kRunColumns, runs);
  return call;
}

}  // namespace xray::postgres
