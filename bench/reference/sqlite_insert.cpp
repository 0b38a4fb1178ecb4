// The limit of S6: the rows that the backend stores, inserted by two prepared statements, each transaction its runs and
// their steps, into tables that the product's migrations have made; with the settings of the product's writer (WAL,
// synchronous=FULL, foreign keys, the same cache). One thread, nothing else.
//   xray-bench-sqlite-insert --db xray.db --runs 10000 --transaction-runs 200

#include <sqlite3.h>
#include <CLI/CLI.hpp>

#include "bench/reference/reference.h"
#include "plugins/sqlite/json_functions.h"

namespace xray::bench {
namespace {

constexpr char kSettings[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; "
    "PRAGMA temp_store = MEMORY;"
    " PRAGMA journal_size_limit = 67108864";
constexpr char kInsertRun[] =
    "INSERT INTO runs (run_id, has_started, has_ended, has_failed, started_at, ended_at, last_activity_at, step_count, "
    "error_count,"
    " violation_count, missing_steps, last_seq, schema_version, schema_name, pipeline, error_type, error_message, "
    "error, lost, metadata)"
    " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, '{}', ?)";
constexpr char kInsertStep[] =
    "INSERT INTO steps (run_id, step_id, seq, has_started, has_ended, status, started_at, ended_at, schema_checked, "
    "violation_count, name,"
    " step_type, error_type, error_message, error, violations, reasoning, input_data, output_data)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, '[]', ?, ?, ?)";

class Database {
 public:
  explicit Database(const std::string& path) {
    // Neither locks nor statistics: nobody else uses it.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
      fail();
    }
    // For the indexes over keys of payloads, where there are some.
    if (sqlite::registerJsonFunctions(handle_) != SQLITE_OK) fail();
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) fail();
    return statement;
  }
  [[noreturn]] void fail() { die(sqlite3_errmsg(handle_)); }

 private:
  sqlite3* handle_ = nullptr;
};

/// A prepared insert whose parameters are bound in their order.
class Insert {
 public:
  Insert(Database& database, const char* sql) : database_(database), statement_(database.prepare(sql)) {}
  ~Insert() { sqlite3_finalize(statement_); }
  Insert(const Insert&) = delete;
  Insert& operator=(const Insert&) = delete;

  Insert& id(const Id& id) {
    sqlite3_bind_blob(statement_, ++bound_, id.bytes().data(), 16, SQLITE_STATIC);
    return *this;
  }
  Insert& integer(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }
  Insert& time(Timestamp time) { return integer(time.time_since_epoch().count()); }
  Insert& text(std::string_view text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
  }
  Insert& textOrNull(std::string_view value) { return value.empty() ? null() : text(value); }
  Insert& null() {
    sqlite3_bind_null(statement_, ++bound_);
    return *this;
  }
  void run() {
    if (sqlite3_step(statement_) != SQLITE_DONE) database_.fail();
    sqlite3_reset(statement_);
    bound_ = 0;
  }

 private:
  Database& database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

void insertRun(Insert& insert, const RecordedRun& run, Timestamp now) {
  const RunSums sums = sumsOf(run);
  insert.id(run.started.runId).integer(run.over && !run.ended.failed).integer(run.over && run.ended.failed);
  insert.time(run.started.at);
  run.over ? insert.time(run.ended.at) : insert.null();
  insert.time(now).integer(sums.steps).integer(sums.errors);
  if (run.over) {
    insert.integer(0).integer(*run.ended.lastSeq);
  } else {
    insert.null().null();
  }
  if (run.started.schema) {
    insert.integer(run.started.schema->version).text(run.started.schema->name);
  } else {
    insert.null().null();
  }
  const RunEnded none;
  const RunEnded& ended = run.over ? run.ended : none;
  insert.text(run.started.pipeline).textOrNull(ended.errorType).textOrNull(ended.errorMessage);
  insert.textOrNull(ended.error).text(run.started.metadata).run();
}

void insertStep(Insert& insert, const StepEvent& step, bool checked) {
  insert.id(step.runId).id(step.stepId).integer(*step.seq).integer(!step.ended()).integer(step.ended());
  insert.text(toString(step.status)).time(step.startedAt);
  step.ended() ? insert.time(*step.endedAt) : insert.null();
  insert.integer(checked && step.ended()).text(step.name).text(step.stepType);
  insert.textOrNull(step.errorType).textOrNull(step.errorMessage).textOrNull(step.error);
  insert.text(step.reasoning).text(step.inputData).text(step.outputData).run();
}

std::uint64_t store(Database& database, const Recording& recording, const ReferenceInput& input) {
  Insert runInsert(database, kInsertRun), stepInsert(database, kInsertStep);
  RecordedRun run;
  std::uint64_t steps = 0;
  const std::uint64_t end = input.first + input.runs;
  for (std::uint64_t first = input.first; first < end; first += input.transactionRuns) {
    const Timestamp now = std::chrono::floor<Microseconds>(std::chrono::system_clock::now());
    database.run("BEGIN IMMEDIATE");
    for (std::uint64_t index = first; index < std::min(first + input.transactionRuns, end); ++index) {
      recording.make(index, run);
      insertRun(runInsert, run, now);
      for (const StepEvent& step : run.steps) insertStep(stepInsert, step, run.started.schema.has_value());
      steps += run.steps.size();
    }
    database.run("COMMIT");
  }
  return steps;
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  using namespace xray::bench;
  ReferenceInput input;
  std::string path;
  CLI::App app("Inserts a recording into the tables of the sqlite store.");
  app.add_option("--db", path, "the database file")->required();
  addOptions(app, input);
  CLI11_PARSE(app, argc, argv);

  const auto shapes = shapesOf(input);
  const Recording recording(shapes, recordingOf(input));
  Database database(path);
  database.run(kSettings);
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t steps = store(database, recording, input);
  printOutcome(begin, input.runs, steps);
}
