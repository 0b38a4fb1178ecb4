#include "append.h"

#include <algorithm>

#include "failure.h"
#include "run_statements.h"
#include "schema_statements.h"
#include "step_statements.h"

namespace xray::postgres {
namespace {

// Each further one has found a run of the batch that another backend had made since: there are not often many.
constexpr int kTries = 32;
constexpr std::chrono::seconds kGrace{2};       // for the server's word that it gave up
constexpr std::size_t kCopyPiece = 128 * 1024;  // bytes that are encoded before they are sent

std::vector<Id> runIdsOf(std::span<const Event> events) {
  std::vector<Id> ids;
  for (const Event& event : events) {
    if (const Id* runId = event.runId()) ids.push_back(*runId);
  }
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

Result<AppendOutcome> Append::run() {
  for (int n = 0; n < kTries; ++n) {
    Status status = storeAtOnce();
    if (refused(status)) {
      rollback();
      status = storeInPieces();
    }
    if (status.ok()) return std::move(outcome_);
    const bool again = !connection_.broken() && isTaken(connection_.lastState());
    rollback();
    if (!again) return status;
  }
  return Status(StatusCode::Unavailable, "postgres: others make the same runs all the time");
}

bool Append::refused(const Status& status) const {
  const std::string_view state = connection_.lastState();
  return !status.ok() && !connection_.broken() && isRefusal(state) && !isTaken(state);
}

Deadline Append::soon() const {
  return std::chrono::steady_clock::now() + statementTime_ + kGrace;
}

Status Append::run(Call call) {
  std::vector<Call> calls;
  calls.push_back(std::move(call));
  return connection_.run(std::move(calls), soon()).status();
}

Status Append::begin() {
  outcome_ = {};
  outcome_.results.assign(batch_.events.size(), AppendResult::Accepted);
  runs_.clear();
  const std::vector<Id> ids = runIdsOf(batch_.events);
  std::vector<Call> calls;
  calls.push_back({"", "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"});
  if (!ids.empty()) {
    calls.push_back(lockRuns(ids));
  }
  const Result<std::vector<Answer>> answers = connection_.run(std::move(calls), soon());
  if (!answers || ids.empty()) return answers.status();
  const Answer& rows = answers->back();
  for (int i = 0; i < rows.rows(); ++i) {
    sql::RunRow row = sql::readRunRow(AnswerRow(rows, i));
    const Id runId = row.runId;
    runs_[runId].row = std::move(row);
  }
  for (const Id& runId : ids) {
    const auto [run, isNew] = runs_.try_emplace(runId);
    if (!isNew) continue;
    run->second.row.runId = runId;
    run->second.isNew = true;
  }
  return {};
}

Status Append::storeAtOnce() {
  if (Status status = begin(); !status.ok()) return status;
  std::vector<Id> changed;
  if (Status status = storePiece(0, batch_.events.size(), changed); !status.ok()) return status;
  std::vector<Call> last;
  if (!changed.empty()) last.push_back(writeRunsCall(changed));
  return commit(std::move(last));
}

Status Append::storeInPieces() {
  if (Status status = begin(); !status.ok()) return status;
  if (Status status = storeHalving(0, batch_.events.size()); !status.ok()) return status;
  return commit({});
}

Status Append::storeHalving(std::size_t begin, std::size_t end) {
  if (Status status = run({"", "SAVEPOINT piece"}); !status.ok()) return status;
  TouchedRuns before;
  for (const Id& runId : runIdsOf(batch_.events.subspan(begin, end - begin))) before.emplace(runId, runs_.at(runId));
  std::vector<Id> changed;
  Status status = storePiece(begin, end, changed);
  if (status.ok() && !changed.empty()) status = run(writeRunsCall(changed));
  if (status.ok()) return run({"", "RELEASE piece"});
  if (!refused(status)) return status;

  const std::string why = "the database refused it: " + connection_.lastMessage();
  if (Status undone = connection_.execute("ROLLBACK TO piece; RELEASE piece", soon()); !undone.ok()) return undone;
  for (auto& [runId, run] : before) runs_[runId] = std::move(run);
  std::erase_if(outcome_.refused, [&](const auto& refused) { return refused.index >= begin && refused.index < end; });
  if (end - begin == 1) {
    refuse(begin, RejectCode::StoreRefused, why);
    return {};
  }
  const std::size_t middle = begin + (end - begin) / 2;
  status = storeHalving(begin, middle);
  return status.ok() ? storeHalving(middle, end) : status;
}

Status Append::storePiece(std::size_t begin, std::size_t end, std::vector<Id>& changed) {
  BatchFold fold(batch_.events.subspan(begin, end - begin), runs_, batch_.receivedAt);
  if (Status status = readFor(fold); !status.ok()) return status;
  fold.fold();
  if (Status status = writeRows(fold); !status.ok()) return status;
  if (Status status = countSeqs(fold); !status.ok()) return status;
  note(fold, begin);
  for (const Id& runId : fold.runIds()) {
    TouchedRun& run = runs_.at(runId);
    if (run.changed && !run.isNew) changed.push_back(runId);
    run.isNew = false;
  }
  return {};
}

Status Append::readFor(BatchFold& fold) {
  const std::vector<SchemaRef> schemas = fold.schemasToReserve();
  const std::vector<SchemaRef> definitions = fold.definitionsToRead();
  std::vector<Call> calls;
  if (!schemas.empty()) calls.push_back(reserveSchemas(schemas));
  if (!definitions.empty()) calls.push_back(lockDefinitions(definitions));
  if (!fold.stepsToRead().empty()) calls.push_back(readSteps(fold.stepsToRead()));
  if (calls.empty()) return {};
  const Result<std::vector<Answer>> answers = connection_.run(std::move(calls), soon());
  if (!answers) return answers.status();
  std::size_t next = schemas.empty() ? 0 : 1;
  if (!definitions.empty()) {
    const Answer& rows = (*answers)[next++];
    for (int i = 0; i < rows.rows(); ++i) {
      const AnswerRow row(rows, i);
      if (!row.isNull(2)) fold.foundDefinition({row.text(0), row.integer(1)}, row.text(2));
    }
  }
  if (!fold.stepsToRead().empty()) {
    const Answer& rows = (*answers)[next];
    for (int i = 0; i < rows.rows(); ++i) {
      const AnswerRow row(rows, i);
      fold.foundStep({row.id(0), row.id(1)}, {row.boolean(2), row.boolean(3), row.boolean(4), row.integer(5)});
    }
  }
  return {};
}

Status Append::writeRows(const BatchFold& fold) {
  std::vector<const sql::RunRow*> newRuns;
  for (const Id& runId : fold.runIds()) {
    if (const TouchedRun& run = runs_.at(runId); run.isNew) newRuns.push_back(&run.row);
  }
  std::vector<Call> calls;
  if (!newRuns.empty()) calls.push_back(insertRuns(newRuns));
  if (!fold.replaced().empty()) calls.push_back(replaceSteps(fold.replaced()));
  if (!fold.lateStarts().empty()) calls.push_back(noteStarts(fold.lateStarts()));
  if (!fold.definitions().empty()) calls.push_back(writeDefinitions(fold.definitions(), batch_.receivedAt));
  if (!calls.empty()) {
    const Result<std::vector<Answer>> answers = connection_.run(std::move(calls), soon());
    if (!answers) return answers.status();
  }
  if (fold.added().empty()) return {};
  std::size_t sent = 0;
  bool ended = false;
  const auto fill = [&](std::string& piece) {
    if (ended) return;
    if (sent == 0) beginCopy(piece);
    while (sent < fold.added().size() && piece.size() < kCopyPiece) appendStep(piece, *fold.added()[sent++]);
    ended = sent == fold.added().size();
    if (ended) endCopy(piece);
  };
  return connection_.copy(copySteps(), fill, soon());
}

Status Append::countSeqs(const BatchFold& fold) {
  const std::vector<Id> ids = fold.runsToCount();
  if (ids.empty()) return {};
  std::vector<Call> calls;
  calls.push_back(postgres::countSeqs(ids));
  const Result<std::vector<Answer>> answers = connection_.run(std::move(calls), soon());
  if (!answers) return answers.status();
  const Answer& rows = answers->back();
  for (int i = 0; i < rows.rows(); ++i) {
    const AnswerRow row(rows, i);
    sql::RunRow& run = runs_.at(row.id(0)).row;
    run.missingSteps = sql::missingSteps(*run.lastSeq, row.integer(1));
  }
  return {};
}

void Append::note(const BatchFold& fold, std::size_t begin) {
  std::ranges::copy(fold.results(), outcome_.results.begin() + static_cast<std::ptrdiff_t>(begin));
  for (const AppendOutcome::Refused& refused : fold.refused()) {
    refuse(begin + refused.index, refused.code, refused.detail);
  }
}

Call Append::writeRunsCall(const std::vector<Id>& runIds) const {
  std::vector<const sql::RunRow*> rows;
  for (const Id& runId : runIds) rows.push_back(&runs_.at(runId).row);
  return writeRuns(rows);
}

Status Append::commit(std::vector<Call> before) {
  std::vector<Rejection> rejections;
  for (const AppendOutcome::Refused& refused : outcome_.refused) {
    rejections.push_back({refused.code, refused.detail, batch_.events[refused.index].raw});
  }
  rejections.insert(rejections.end(), batch_.rejections.begin(), batch_.rejections.end());
  if (!rejections.empty()) before.push_back(insertRejections(rejections, batch_.receivedAt));
  before.push_back({"", "COMMIT"});
  commitSent_ = true;
  const Status status = connection_.run(std::move(before), soon()).status();
  // A refusal or a lock that was not had came before the commit.
  if (!status.ok() && !connection_.broken()) commitSent_ = false;
  return status;
}

void Append::refuse(std::size_t index, RejectCode code, std::string detail) {
  outcome_.results[index] = AppendResult::Rejected;
  outcome_.refused.push_back({index, code, std::move(detail)});
}

void Append::rollback() {
  if (connection_.broken() || PQtransactionStatus(connection_.handle()) == PQTRANS_IDLE) return;
  (void)connection_.execute("ROLLBACK", soon());
}

}  // namespace xray::postgres
