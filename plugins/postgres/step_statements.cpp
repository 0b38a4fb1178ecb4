#include "step_statements.h"

#include "columns.h"

namespace xray::postgres {
namespace {

using Out = BinaryBuffer&;
using Step = const FoldedStep&;

void textOrNull(BinaryBuffer& out, std::string_view text) {
  text.data() ? out.field(text) : out.null();
}

constexpr Column<FoldedStep> kStepColumns[] = {
    {"run_id", Type::Uuid, [](Out out, Step step) { out.field(step.content->runId); }},
    {"step_id", Type::Uuid, [](Out out, Step step) { out.field(step.content->stepId); }},
    {"parent_step_id", Type::Uuid, [](Out out, Step step) { out.field(step.content->parentStepId); }},
    {"seq", Type::BigInt, [](Out out, Step step) { out.field(step.content->seq); }},
    {"has_started", Type::Bool, [](Out out, Step step) { out.field(step.facts.started); }},
    {"has_ended", Type::Bool, [](Out out, Step step) { out.field(step.facts.ended); }},
    {"schema_checked", Type::Bool, [](Out out, Step step) { out.field(step.content->schemaChecked); }},
    {"started_at", Type::TimestampTz, [](Out out, Step step) { out.field(step.content->startedAt); }},
    {"ended_at", Type::TimestampTz, [](Out out, Step step) { out.field(step.content->endedAt); }},
    {"duration_us", Type::BigInt,
     [](Out out, Step step) { out.field(durationOf(step.content->startedAt, step.content->endedAt)); }},
    {"violation_count", Type::BigInt,
     [](Out out, Step step) { out.field(std::int64_t{step.content->violationCount}); }},
    {"status", Type::Text, [](Out out, Step step) { out.field(toString(step.content->status)); }},
    {"name", Type::Text, [](Out out, Step step) { out.field(step.content->name); }},
    {"step_type", Type::Text, [](Out out, Step step) { out.field(step.content->stepType); }},
    {"error_type", Type::Text, [](Out out, Step step) { textOrNull(out, step.content->errorType); }},
    {"error_message", Type::Text, [](Out out, Step step) { textOrNull(out, step.content->errorMessage); }},
    {"error", Type::Jsonb,
     [](Out out, Step step) { step.content->error.empty() ? out.null() : out.field(Json{step.content->error}); }},
    {"violations", Type::Jsonb, [](Out out, Step step) { out.field(Json{step.content->violations}); }},
    {"reasoning", Type::Jsonb, [](Out out, Step step) { out.field(Json{step.content->reasoning}); }},
    {"input_data", Type::Jsonb, [](Out out, Step step) { out.field(Json{step.content->inputData}); }},
    {"output_data", Type::Jsonb, [](Out out, Step step) { out.field(Json{step.content->outputData}); }},
};

Call withKeys(const char* name, std::string_view text, const std::vector<StepKey>& keys) {
  Call call{name, text};
  call.parameters.addArray(Type::Uuid, keys, [](BinaryBuffer& out, const StepKey& key) { out.field(key.runId); });
  call.parameters.addArray(Type::Uuid, keys, [](BinaryBuffer& out, const StepKey& key) { out.field(key.stepId); });
  return call;
}

}  // namespace

Call readSteps(const std::vector<StepKey>& keys) {
  return withKeys("read_steps", R"sql(
    SELECT s.run_id, s.step_id, s.has_started, s.has_ended, s.status = 'error', s.violation_count
    FROM unnest($1, $2) AS n (run_id, step_id) JOIN steps s ON s.run_id = n.run_id AND s.step_id = n.step_id)sql",
                  keys);
}

const std::string& copySteps() {
  static const std::string text = "COPY steps (" + namesOf(kStepColumns) + ") FROM STDIN (FORMAT binary)";
  return text;
}

void beginCopy(std::string& out) {
  out.append("PGCOPY\n\377\r\n\0", 11);
  out.append(8, '\0');  // no flags, no extension
}

void appendStep(std::string& out, const FoldedStep& step) {
  BinaryBuffer buffer(out);
  buffer.int16(static_cast<std::int16_t>(std::size(kStepColumns)));
  for (const auto& column : kStepColumns) column.write(buffer, step);
}

void endCopy(std::string& out) {
  BinaryBuffer(out).int16(-1);
}

Call replaceSteps(const std::vector<const FoldedStep*>& steps) {
  static const std::string text = updateText("steps", kStepColumns, 2);
  Call call{"replace_steps", text};
  addColumns(call.parameters, kStepColumns, steps);
  return call;
}

Call noteStarts(const std::vector<StepKey>& keys) {
  return withKeys("note_starts", R"sql(
    UPDATE steps AS t SET has_started = true FROM unnest($1, $2) AS n (run_id, step_id)
    WHERE t.run_id = n.run_id AND t.step_id = n.step_id)sql",
                  keys);
}

Call countSeqs(const std::vector<Id>& runIds) {
  return withIds("count_seqs", R"sql(
    SELECT n.id, (SELECT count(DISTINCT s.seq) FROM steps s WHERE s.run_id = n.id) FROM unnest($1) AS n (id))sql",
                 runIds);
}

}  // namespace xray::postgres
