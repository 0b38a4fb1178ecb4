#include "write_statements.h"

#include <algorithm>
#include <set>

#include "xray/text.h"

namespace xray::postgres {
namespace {

/// A column and how its value is written. COPY and the statements over arrays are made from these tables.
template <typename Row>
struct Column {
  const char* name;
  Type type;
  void (*write)(BinaryBuffer& out, const Row& row);
};

std::optional<Microseconds> durationOf(const std::optional<Timestamp>& start, const std::optional<Timestamp>& end) {
  if (!start || !end) return std::nullopt;
  return std::max(*end - *start, Microseconds(0));
}

void textOrNull(BinaryBuffer& out, std::string_view text) {
  text.data() ? out.field(text) : out.null();
}

void jsonOrNull(BinaryBuffer& out, const std::optional<std::string>& json) {
  json ? out.field(Json{*json}) : out.null();
}

using Out = BinaryBuffer&;
using Step = const FoldedStep&;
using Run = const sql::RunRow&;

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

std::optional<std::string_view> schemaName(Run run) {
  return run.schema ? std::optional<std::string_view>(run.schema->name) : std::nullopt;
}
std::optional<std::int32_t> schemaVersion(Run run) {
  return run.schema ? std::optional(static_cast<std::int32_t>(run.schema->version)) : std::nullopt;
}

// readRun knows this order.
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

template <typename Row, std::size_t count>
std::string namesOf(const Column<Row> (&columns)[count]) {
  std::string names;
  for (const auto& column : columns) names += (names.empty() ? "" : ", ") + std::string(column.name);
  return names;
}

/// "UPDATE runs AS t SET … FROM unnest($1, $2, …) AS n (…) WHERE t.run_id = n.run_id": the first `keys` columns tell
/// the row, the others are set.
template <typename Row, std::size_t count>
std::string updateText(const std::string& table, const Column<Row> (&columns)[count], std::size_t keys) {
  std::string set;
  std::string where;
  std::string arrays;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = columns[i].name;
    std::string& part = i < keys ? where : set;
    if (!part.empty()) part += i < keys ? " AND " : ", ";
    part += i < keys ? "t." + name + " = n." + name : name + " = n." + name;
    arrays += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  return "UPDATE " + table + " AS t SET " + set + " FROM unnest(" + arrays + ") AS n (" + namesOf(columns) +
         ") WHERE " + where;
}

template <typename Row, std::size_t count>
void addColumns(Parameters& parameters, const Column<Row> (&columns)[count], const std::vector<const Row*>& rows) {
  for (const auto& column : columns) {
    parameters.addArray(column.type, rows, [&](BinaryBuffer& out, const Row* row) { column.write(out, *row); });
  }
}

Call withIds(const char* name, std::string_view text, const std::vector<Id>& ids) {
  Call call{name, text};
  call.parameters.addArray(Type::Uuid, ids, [](BinaryBuffer& out, const Id& id) { out.field(id); });
  return call;
}

Call withKeys(const char* name, std::string_view text, const std::vector<StepKey>& keys) {
  Call call{name, text};
  call.parameters.addArray(Type::Uuid, keys, [](BinaryBuffer& out, const StepKey& key) { out.field(key.runId); });
  call.parameters.addArray(Type::Uuid, keys, [](BinaryBuffer& out, const StepKey& key) { out.field(key.stepId); });
  return call;
}

Call withRefs(const char* name, std::string_view text, const std::vector<SchemaRef>& refs) {
  Call call{name, text};
  call.parameters.addArray(Type::Text, refs, [](BinaryBuffer& out, const SchemaRef& ref) { out.field(ref.name); });
  call.parameters.addArray(Type::Integer, refs, [](BinaryBuffer& out, const SchemaRef& ref) {
    out.field(static_cast<std::int32_t>(ref.version));
  });
  return call;
}

/// A text that a column takes whatever it is made of.
std::string storable(const std::string& text) {
  const bool plain = text.find('\0') == std::string::npos && isUtf8(text);
  return plain ? text : quoted(text, text.size());
}

}  // namespace

Call claimRuns(const std::vector<Id>& runIds, Timestamp receivedAt) {
  Call call = withIds("claim_runs", R"sql(
    INSERT INTO runs (run_id, has_started, has_ended, has_failed, started_at, last_activity_at, step_count, error_count,
                      violation_count, lost, metadata)
    SELECT n.id, false, false, false, $2, $2, 0, 0, 0, '{}', '{}' FROM unnest($1) AS n (id)
    WHERE NOT EXISTS (SELECT FROM runs r WHERE r.run_id = n.id) ORDER BY n.id
    ON CONFLICT (run_id) DO NOTHING)sql",
                      runIds);
  call.parameters.add(receivedAt);
  return call;
}

Call lockRuns(const std::vector<Id>& runIds) {
  static const std::string text =
      "SELECT " + namesOf(kRunColumns) + " FROM runs WHERE run_id = ANY ($1) ORDER BY run_id FOR NO KEY UPDATE";
  return withIds("lock_runs", text, runIds);
}

sql::RunRow readRun(const sql::Row& row) {
  sql::RunRow run;
  run.runId = row.id(0);
  run.started = row.integer(3) != 0;
  run.ended = row.integer(4) != 0;
  run.failed = row.integer(5) != 0;
  run.stepCount = row.integer(21);
  if (!run.started && !run.terminal() && run.stepCount == 0) return run;
  run.parentRunId = row.idOrNone(1);
  run.pipeline = row.textOrNone(2);
  run.startedAt = row.time(6);
  run.endedAt = row.timeOrNone(7);
  run.lastActivityAt = row.time(8);
  run.timeout = row.microsecondsOrNone(9);
  if (!row.isNull(10)) run.schema = SchemaRef{row.text(10), row.integer(11)};
  run.error = row.textOrNone(12);
  run.errorType = row.textOrNone(13);
  run.errorMessage = row.textOrNone(14);
  run.errorStepId = row.idOrNone(15);
  run.metadata = row.text(16);
  run.baseMetadata = row.textOrNone(17);
  run.failedMetadata = row.textOrNone(18);
  run.lost = row.text(19);
  run.lastSeq = row.integerOrNone(20);
  run.errorCount = row.integer(22);
  run.violationCount = row.integer(23);
  run.missingSteps = row.integerOrNone(24);
  return run;
}

Call writeRuns(const std::vector<const sql::RunRow*>& runs) {
  static const std::string text = updateText("runs", kRunColumns, 1);
  Call call{"write_runs", text};
  addColumns(call.parameters, kRunColumns, runs);
  return call;
}

Call dropRuns(const std::vector<Id>& runIds) {
  return withIds("drop_runs", "DELETE FROM runs WHERE run_id = ANY ($1)", runIds);
}

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

Call reserveSchemas(const std::vector<SchemaRef>& refs) {
  return withRefs("reserve_schemas", R"sql(
    INSERT INTO schemas (name, version) SELECT n.name, n.version FROM unnest($1, $2) AS n (name, version)
    WHERE NOT EXISTS (SELECT FROM schemas d WHERE d.name = n.name AND d.version = n.version)
    ORDER BY n.name COLLATE "C", n.version
    ON CONFLICT (name, version) DO NOTHING)sql",
                  refs);
}

Call lockDefinitions(const std::vector<SchemaRef>& refs) {
  return withRefs("lock_definitions", R"sql(
    SELECT d.name, d.version, d.definition_digest
    FROM unnest($1, $2) AS n (name, version) JOIN schemas d ON d.name = n.name AND d.version = n.version
    ORDER BY d.name, d.version FOR NO KEY UPDATE OF d)sql",
                  refs);
}

Call writeDefinitions(const std::vector<NewDefinition>& definitions, Timestamp receivedAt) {
  Call call{"write_definitions", R"sql(
    UPDATE schemas AS t SET definition = n.definition, definition_digest = n.digest, registered_at = $5
    FROM unnest($1, $2, $3, $4) AS n (name, version, definition, digest)
    WHERE t.name = n.name AND t.version = n.version)sql"};
  using New = const NewDefinition&;
  call.parameters.addArray(Type::Text, definitions, [](Out out, New item) { out.field(item.schema->name); });
  call.parameters.addArray(Type::Integer, definitions,
                           [](Out out, New item) { out.field(static_cast<std::int32_t>(item.schema->version)); });
  call.parameters.addArray(Type::Jsonb, definitions,
                           [](Out out, New item) { out.field(Json{item.schema->definition}); });
  call.parameters.addArray(Type::Bytea, definitions, [](Out out, New item) { out.field(Bytes{item.digest}); });
  call.parameters.add(receivedAt);
  return call;
}

Call insertRejections(const std::vector<Rejection>& rejections, Timestamp receivedAt) {
  struct Kept {
    const Rejection* rejection;
    std::string digest;
  };
  std::vector<Kept> kept;
  std::set<std::pair<RejectCode, std::string>> seen;
  for (const Rejection& rejection : rejections) {
    std::string digest = digestOf(rejection.raw);
    if (seen.emplace(rejection.code, digest).second) kept.push_back({&rejection, std::move(digest)});
  }
  // Ids grow in the order of the batch; rows are inserted in the order of the key that another backend may wait for.
  Call call{"insert_rejections", R"sql(
    INSERT INTO rejections (id, received_at, code, digest, detail, raw)
    SELECT n.id, $5, n.code, n.digest, n.detail, n.raw
    FROM (SELECT nextval(pg_get_serial_sequence('rejections', 'id')) AS id, code, digest, detail, raw
          FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS i (code, digest, detail, raw, place) ORDER BY place) AS n
    ORDER BY n.digest, n.code COLLATE "C"
    ON CONFLICT (digest, code) DO NOTHING)sql"};
  using Item = const Kept&;
  call.parameters.addArray(Type::Text, kept, [](Out out, Item item) { out.field(toString(item.rejection->code)); });
  call.parameters.addArray(Type::Bytea, kept, [](Out out, Item item) { out.field(Bytes{item.digest}); });
  call.parameters.addArray(Type::Text, kept, [](Out out, Item item) { out.field(storable(item.rejection->detail)); });
  call.parameters.addArray(Type::Bytea, kept, [](Out out, Item item) { out.field(Bytes{item.rejection->raw}); });
  call.parameters.add(receivedAt);
  return call;
}

}  // namespace xray::postgres
