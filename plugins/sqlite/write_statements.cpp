#include "write_statements.h"

#include <Poco/SHA2Engine.h>

namespace xray::sqlite {
namespace {

// ON CONFLICT names the key, so that only a known step is passed over; a row that breaks a CHECK still fails.
constexpr std::string_view kInsertStep = R"sql(
  INSERT INTO steps (run_id, step_id, parent_step_id, seq, name, step_type, status, started_at, ended_at, has_started, has_ended,
                     schema_checked, violation_count, violations, error, error_type, error_message,
                     input_data, output_data, reasoning)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
  ON CONFLICT (run_id, step_id) DO NOTHING)sql";

constexpr std::string_view kEndStep = R"sql(
  UPDATE steps SET parent_step_id = ?3, seq = ?4, name = ?5, step_type = ?6, status = ?7, started_at = ?8, ended_at = ?9, has_ended = ?11,
                   schema_checked = ?12, violation_count = ?13, violations = ?14, error = ?15, error_type = ?16, error_message = ?17,
                   input_data = ?18, output_data = ?19, reasoning = ?20
  WHERE run_id = ?1 AND step_id = ?2)sql";

constexpr std::string_view kReadStep =
    "SELECT has_started, has_ended, status = 'error', violation_count FROM steps WHERE run_id = ?1 AND step_id = ?2";
constexpr std::string_view kNoteStepStarted = "UPDATE steps SET has_started = 1 WHERE run_id = ?1 AND step_id = ?2";
constexpr std::string_view kCountDistinctSeqs = "SELECT COUNT(DISTINCT seq) FROM steps WHERE run_id = ?1";

// sql::readRunRow and writeRun know this order.
constexpr std::string_view kReadRun = R"sql(
  SELECT run_id, parent_run_id, pipeline, has_started, has_ended, has_failed, started_at, ended_at, last_activity_at, timeout_us,
         schema_name, schema_version, error, error_type, error_message, error_step_id, metadata, base_metadata, failed_metadata,
         lost, last_seq, step_count, error_count, violation_count, missing_steps
  FROM runs WHERE run_id = ?1)sql";

constexpr std::string_view kWriteRun = R"sql(
  INSERT INTO runs (run_id, parent_run_id, pipeline, has_started, has_ended, has_failed, started_at, ended_at, last_activity_at,
                    timeout_us, schema_name, schema_version, error, error_type, error_message, error_step_id, metadata,
                    base_metadata, failed_metadata, lost, last_seq, step_count, error_count, violation_count, missing_steps)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)
  ON CONFLICT (run_id) DO UPDATE SET
    parent_run_id = ?2, pipeline = ?3, has_started = ?4, has_ended = ?5, has_failed = ?6, started_at = ?7, ended_at = ?8,
    last_activity_at = ?9, timeout_us = ?10, schema_name = ?11, schema_version = ?12, error = ?13, error_type = ?14,
    error_message = ?15, error_step_id = ?16, metadata = ?17, base_metadata = ?18, failed_metadata = ?19, lost = ?20,
    last_seq = ?21, step_count = ?22, error_count = ?23, violation_count = ?24, missing_steps = ?25)sql";

constexpr std::string_view kReserveSchema =
    "INSERT INTO schemas (name, version) VALUES (?1, ?2) ON CONFLICT (name, version) DO NOTHING";
constexpr std::string_view kReadDefinition = "SELECT definition FROM schemas WHERE name = ?1 AND version = ?2";
constexpr std::string_view kWriteDefinition =
    "INSERT INTO schemas (name, version, definition, registered_at) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (name, version) DO UPDATE SET definition = ?3, registered_at = ?4";
constexpr std::string_view kInsertRejection =
    "INSERT INTO rejections (received_at, code, digest, detail, raw) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (digest, code) DO NOTHING";

void bindStep(PreparedStatement& statement, const StepEvent& step) {
  const auto textOrNull = [&](int parameter, std::string_view text) {
    text.data() ? statement.bind(parameter, text) : statement.bindNull(parameter);
  };
  statement.bind(1, step.runId);
  statement.bind(2, step.stepId);
  statement.bind(3, step.parentStepId);
  statement.bind(4, step.seq);
  statement.bind(5, step.name);
  statement.bind(6, step.stepType);
  statement.bind(7, toString(step.status));
  statement.bind(8, step.startedAt);
  statement.bind(9, step.endedAt);
  statement.bind(10, !step.ended());
  statement.bind(11, step.ended());
  statement.bind(12, step.schemaChecked);
  statement.bind(13, std::int64_t{step.violationCount});
  statement.bind(14, step.violations);
  step.error.empty() ? statement.bindNull(15) : statement.bind(15, step.error);
  textOrNull(16, step.errorType);
  textOrNull(17, step.errorMessage);
  statement.bind(18, step.inputData);
  statement.bind(19, step.outputData);
  statement.bind(20, step.reasoning);
}

}  // namespace

Status WriteStatements::prepare(Connection& connection) {
  handle_ = connection.handle();
  const std::pair<PreparedStatement*, std::string_view> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&savepoint_, "SAVEPOINT event"},
      {&release_, "RELEASE event"},
      {&rollbackTo_, "ROLLBACK TO event"},
      {&insertStep_, kInsertStep},
      {&readStep_, kReadStep},
      {&endStep_, kEndStep},
      {&noteStepStarted_, kNoteStepStarted},
      {&countDistinctSeqs_, kCountDistinctSeqs},
      {&readRun_, kReadRun},
      {&writeRun_, kWriteRun},
      {&reserveSchema_, kReserveSchema},
      {&readDefinition_, kReadDefinition},
      {&writeDefinition_, kWriteDefinition},
      {&insertRejection_, kInsertRejection},
  };
  for (const auto& [statement, text] : statements) {
    Result<PreparedStatement> prepared = connection.prepareKept(text);
    if (!prepared) return prepared.status();
    *statement = std::move(*prepared);
  }
  return {};
}

int WriteStatements::insertStep(const StepEvent& step, bool& added) {
  bindStep(insertStep_, step);
  const int code = insertStep_.run();
  added = code == SQLITE_DONE && sqlite3_changes(handle_) > 0;
  return code;
}

int WriteStatements::endStep(const StepEvent& step) {
  bindStep(endStep_, step);
  return endStep_.run();
}

int WriteStatements::readStep(const StepEvent& step, sql::StepFacts& facts) {
  readStep_.bind(1, step.runId);
  readStep_.bind(2, step.stepId);
  const int code = readStep_.step();
  if (code == SQLITE_ROW) {
    facts = {readStep_.integer(0) != 0, readStep_.integer(1) != 0, readStep_.integer(2) != 0, readStep_.integer(3)};
  }
  readStep_.reset();
  return code == SQLITE_ROW ? SQLITE_DONE : code;
}

int WriteStatements::noteStepStarted(const StepEvent& step) {
  noteStepStarted_.bind(1, step.runId);
  noteStepStarted_.bind(2, step.stepId);
  return noteStepStarted_.run();
}

int WriteStatements::countDistinctSeqs(const Id& runId, std::int64_t& count) {
  countDistinctSeqs_.bind(1, runId);
  const int code = countDistinctSeqs_.step();
  if (code == SQLITE_ROW) count = countDistinctSeqs_.integer(0);
  countDistinctSeqs_.reset();
  return code == SQLITE_ROW ? SQLITE_DONE : code;
}

int WriteStatements::readRun(const Id& runId, sql::RunRow& run, bool& found) {
  PreparedStatement& row = readRun_;
  row.bind(1, runId);
  const int code = row.step();
  found = code == SQLITE_ROW;
  if (found) run = sql::readRunRow(row);
  row.reset();
  return found ? SQLITE_DONE : code;
}

int WriteStatements::writeRun(const sql::RunRow& run) {
  PreparedStatement& row = writeRun_;
  row.bind(1, run.runId);
  row.bind(2, run.parentRunId);
  row.bind(3, run.pipeline);
  row.bind(4, run.started);
  row.bind(5, run.ended);
  row.bind(6, run.failed);
  row.bind(7, run.startedAt);
  row.bind(8, run.endedAt);
  row.bind(9, run.lastActivityAt);
  row.bind(10, run.timeout);
  run.schema ? row.bind(11, std::string_view(run.schema->name)) : row.bindNull(11);
  run.schema ? row.bind(12, run.schema->version) : row.bindNull(12);
  row.bind(13, run.error);
  row.bind(14, run.errorType);
  row.bind(15, run.errorMessage);
  row.bind(16, run.errorStepId);
  row.bind(17, std::string_view(run.metadata));
  row.bind(18, run.baseMetadata);
  row.bind(19, run.failedMetadata);
  row.bind(20, std::string_view(run.lost));
  row.bind(21, run.lastSeq);
  row.bind(22, run.stepCount);
  row.bind(23, run.errorCount);
  row.bind(24, run.violationCount);
  row.bind(25, run.missingSteps);
  return row.run();
}

int WriteStatements::reserveSchema(const SchemaRef& ref) {
  reserveSchema_.bind(1, std::string_view(ref.name));
  reserveSchema_.bind(2, ref.version);
  return reserveSchema_.run();
}

int WriteStatements::readDefinition(const SchemaRegistered& schema, std::optional<std::string>& definition) {
  readDefinition_.bind(1, schema.name);
  readDefinition_.bind(2, schema.version);
  const int code = readDefinition_.step();
  if (code == SQLITE_ROW) definition = readDefinition_.textOrNone(0);
  readDefinition_.reset();
  return code == SQLITE_ROW ? SQLITE_DONE : code;
}

int WriteStatements::writeDefinition(const SchemaRegistered& schema, Timestamp receivedAt) {
  writeDefinition_.bind(1, schema.name);
  writeDefinition_.bind(2, schema.version);
  writeDefinition_.bind(3, schema.definition);
  writeDefinition_.bind(4, receivedAt);
  return writeDefinition_.run();
}

int WriteStatements::insertRejection(RejectCode code, std::string_view detail, std::string_view raw,
                                     Timestamp receivedAt) {
  Poco::SHA2Engine digest(Poco::SHA2Engine::SHA_256);
  digest.update(raw.data(), raw.size());
  const Poco::DigestEngine::Digest& bytes = digest.digest();
  insertRejection_.bind(1, receivedAt);
  insertRejection_.bind(2, toString(code));
  insertRejection_.bindBytes(3, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  insertRejection_.bind(4, detail);
  insertRejection_.bindBytes(5, raw);
  return insertRejection_.run();
}

}  // namespace xray::sqlite
