// The limit of S5: the rows that the backend stores, written by COPY BINARY over two connections, each transaction its
// runs and then their steps, into tables that the product's migrations have made. Nothing else is done: no HTTP, no
// JSON parsing, no look-ups, no retries. Committed rows are as durable as the product's (synchronous_commit is the
// server's, on).
//   xray-bench-postgres-copy --dsn … --schema xray --runs 10000

#include <libpq-fe.h>
#include <CLI/CLI.hpp>

#include <atomic>
#include <memory>
#include <thread>

#include "bench/reference/copy_rows.h"
#include "bench/reference/reference.h"

namespace xray::bench {
namespace {

constexpr char kCopyRuns[] =
    "COPY runs (run_id, has_started, has_ended, has_failed, started_at, ended_at, last_activity_at, duration_us, "
    "step_count, error_count,"
    " violation_count, missing_steps, last_seq, schema_version, schema_name, pipeline, error_type, error_message, "
    "error, lost, metadata)"
    " FROM STDIN (FORMAT binary)";
constexpr char kCopySteps[] =
    "COPY steps (run_id, step_id, seq, has_started, has_ended, schema_checked, started_at, ended_at, duration_us, "
    "violation_count, status,"
    " name, step_type, error_type, error_message, error, violations, reasoning, input_data, output_data) FROM STDIN "
    "(FORMAT binary)";

std::int64_t between(Timestamp begin, Timestamp end) {
  return (end - begin).count();
}

void addRun(CopyRows& rows, const RecordedRun& run, Timestamp now) {
  const RunSums sums = sumsOf(run);
  rows.row(21);
  rows.field(run.started.runId);
  rows.field(true);
  rows.field(run.over && !run.ended.failed);
  rows.field(run.over && run.ended.failed);
  rows.field(run.started.at);
  run.over ? rows.field(run.ended.at) : rows.null();
  rows.field(now);
  run.over ? rows.field(between(run.started.at, run.ended.at)) : rows.null();
  rows.field(sums.steps);
  rows.field(sums.errors);
  rows.field(std::int64_t{0});
  run.over ? rows.field(std::int64_t{0}) : rows.null();
  run.over ? rows.field(*run.ended.lastSeq) : rows.null();
  run.started.schema ? rows.field(static_cast<std::int32_t>(run.started.schema->version)) : rows.null();
  run.started.schema ? rows.text(run.started.schema->name) : rows.null();
  rows.text(run.started.pipeline);
  rows.textOrNull(run.over ? run.ended.errorType : "");
  rows.textOrNull(run.over ? run.ended.errorMessage : "");
  rows.jsonbOrNull(run.over ? run.ended.error : "");
  rows.jsonb("{}");
  rows.jsonb(run.started.metadata);
}

void addStep(CopyRows& rows, const StepEvent& step, bool checked) {
  rows.row(20);
  rows.field(step.runId);
  rows.field(step.stepId);
  rows.field(*step.seq);
  rows.field(!step.ended());
  rows.field(step.ended());
  rows.field(checked && step.ended());
  rows.field(step.startedAt);
  step.ended() ? rows.field(*step.endedAt) : rows.null();
  step.ended() ? rows.field(between(step.startedAt, *step.endedAt)) : rows.null();
  rows.field(std::int64_t{0});
  rows.text(toString(step.status));
  rows.text(step.name);
  rows.text(step.stepType);
  rows.textOrNull(step.errorType);
  rows.textOrNull(step.errorMessage);
  rows.jsonbOrNull(step.error);
  rows.jsonb("[]");
  rows.jsonb(step.reasoning);
  rows.jsonb(step.inputData);
  rows.jsonb(step.outputData);
}

class Connection {
 public:
  Connection(const std::string& dsn, const std::string& schema) : connection_(PQconnectdb(dsn.c_str()), PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) die(PQerrorMessage(connection_.get()));
    run("SET search_path TO " + schema, PGRES_COMMAND_OK);
  }

  void run(const std::string& sql, ExecStatusType expected) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()), PQclear);
    if (PQresultStatus(result.get()) != expected) die(PQerrorMessage(connection_.get()));
  }

  void copy(const char* sql, const std::string& rows) {
    run(sql, PGRES_COPY_IN);
    if (PQputCopyData(connection_.get(), rows.data(), static_cast<int>(rows.size())) != 1 ||
        PQputCopyEnd(connection_.get(), nullptr) != 1) {
      die(PQerrorMessage(connection_.get()));
    }
    while (const std::unique_ptr<PGresult, decltype(&PQclear)> result{PQgetResult(connection_.get()), PQclear}) {
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) die(PQerrorMessage(connection_.get()));
    }
  }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// What all connections share.
struct Work {
  const Recording& recording;
  const ReferenceInput& input;
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> steps{0};
};

void store(Connection& connection, Work& work) {
  CopyRows runs, steps;
  RecordedRun run;
  const std::uint64_t end = work.input.first + work.input.runs;
  while (true) {
    const std::uint64_t first = work.input.first + work.next.fetch_add(work.input.transactionRuns);
    if (first >= end) return;
    const std::uint64_t past = std::min(first + work.input.transactionRuns, end);
    const Timestamp now = std::chrono::floor<Microseconds>(std::chrono::system_clock::now());
    runs.clear(), steps.clear();
    for (std::uint64_t index = first; index < past; ++index) {
      work.recording.make(index, run);
      addRun(runs, run, now);
      for (const StepEvent& step : run.steps) addStep(steps, step, run.started.schema.has_value());
      work.steps += run.steps.size();
    }
    connection.run("BEGIN", PGRES_COMMAND_OK);
    connection.copy(kCopyRuns, runs.finish());
    connection.copy(kCopySteps, steps.finish());
    connection.run("COMMIT", PGRES_COMMAND_OK);
  }
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  using namespace xray::bench;
  ReferenceInput input;
  std::string dsn, schema = "xray";
  unsigned connections = 2;
  CLI::App app("Copies a recording into the tables of the postgres store.");
  app.add_option("--dsn", dsn, "the database")->required();
  app.add_option("--schema", schema, "of the tables");
  app.add_option("--connections", connections, "that copy at the same time")->check(CLI::PositiveNumber);
  addOptions(app, input);
  CLI11_PARSE(app, argc, argv);

  const auto shapes = shapesOf(input);
  const Recording recording(shapes, recordingOf(input));
  Work work{recording, input};
  std::vector<std::unique_ptr<Connection>> open;
  for (unsigned i = 0; i < connections; ++i) open.push_back(std::make_unique<Connection>(dsn, schema));
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (const auto& connection : open) threads.emplace_back([&] { store(*connection, work); });
  for (std::thread& thread : threads) thread.join();
  printOutcome(begin, input.runs, work.steps);
}
