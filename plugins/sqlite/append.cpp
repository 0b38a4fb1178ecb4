#include "append.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "xray/sql/step_fold.h"

namespace xray::sqlite {
namespace {

/// The database looked at the row and does not take it; the batch's other rows may be fine.
bool isRefusal(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<AppendOutcome> Append::run() {
  int code = statements_.begin();
  if (code != SQLITE_DONE) return connection_.error(code);
  code = storeAll();
  if (isRefusal(code)) {
    rollback();
    code = statements_.begin();
    if (code == SQLITE_DONE) code = storeOneByOne();
  }
  if (code == SQLITE_DONE) code = writeRejections();
  if (code == SQLITE_DONE) code = statements_.commit();
  if (code == SQLITE_DONE) return std::move(outcome_);
  Status status = connection_.error(code);
  rollback();
  return status;
}

int Append::storeAll() {
  outcome_.results.assign(batch_.events.size(), AppendResult::Accepted);
  for (std::size_t i = 0; i < batch_.events.size(); ++i) {
    const int code = store(batch_.events[i], outcome_.results[i]);
    if (code != SQLITE_DONE) return code;
    if (outcome_.results[i] == AppendResult::Rejected) {
      refuse(i, RejectCode::SchemaViolation, std::exchange(schemaConflict_, {}));
    }
  }
  return writeRuns();
}

int Append::storeOneByOne() {
  outcome_ = {};
  outcome_.results.assign(batch_.events.size(), AppendResult::Accepted);
  for (std::size_t i = 0; i < batch_.events.size(); ++i) {
    runs_.clear();  // each event starts from what is stored
    reserved_.clear();
    int code = statements_.savepoint();
    if (code != SQLITE_DONE) return code;
    code = store(batch_.events[i], outcome_.results[i]);
    if (code == SQLITE_DONE) code = writeRuns();
    if (isRefusal(code)) {
      refuse(i, RejectCode::StoreRefused,
             std::string("the database refused it: ") + sqlite3_errmsg(connection_.handle()));
      code = statements_.rollbackToSavepoint();
    } else if (code == SQLITE_DONE && outcome_.results[i] == AppendResult::Rejected) {
      refuse(i, RejectCode::SchemaViolation, std::exchange(schemaConflict_, {}));
    }
    if (code == SQLITE_DONE) code = statements_.release();
    if (code != SQLITE_DONE) return code;
  }
  return SQLITE_DONE;
}

int Append::store(const Event& event, AppendResult& result) {
  return std::visit(
      [&](const auto& fact) {
        using Fact = std::decay_t<decltype(fact)>;
        if constexpr (std::is_same_v<Fact, StepEvent>) {
          return storeStep(fact, result);
        } else if constexpr (std::is_same_v<Fact, SchemaRegistered>) {
          return storeSchema(fact, result);
        } else {
          return storeRunEvent(fact, result);
        }
      },
      event.fact);
}

int Append::storeStep(const StepEvent& step, AppendResult& result) {
  bool added = false;
  int code = statements_.insertStep(step, added);
  sql::StepFacts facts;
  sql::StepChange change = sql::foldNew(facts, step);
  if (code == SQLITE_DONE && !added) code = storeKnownStep(step, result, change);
  if (code != SQLITE_DONE || result == AppendResult::Duplicate) return code;
  TouchedRun* run = nullptr;
  code = touch(step.runId, run);
  if (code != SQLITE_DONE) return code;
  if (added && step.seq) run->seqs.push_back(*step.seq);
  if (!added) run->seqsKnown = false;  // it may have another number now
  sql::fold(run->row, step, change, batch_.receivedAt);
  run->changed = run->countSeqs = true;
  return SQLITE_DONE;
}

int Append::storeKnownStep(const StepEvent& step, AppendResult& result, sql::StepChange& change) {
  sql::StepFacts facts;
  const int code = statements_.readStep(step, facts);
  if (code != SQLITE_DONE) return code;
  switch (sql::foldKnown(facts, step, change)) {
    case sql::StepNews::Nothing:
      result = AppendResult::Duplicate;
      return SQLITE_DONE;
    case sql::StepNews::LateStart:
      return statements_.noteStepStarted(step);
    case sql::StepNews::End:
      break;
  }
  return statements_.endStep(step);
}

template <typename RunEvent>
int Append::storeRunEvent(const RunEvent& event, AppendResult& result) {
  TouchedRun* run = nullptr;
  const int code = touch(event.runId, run);
  if (code != SQLITE_DONE) return code;
  if (sql::fold(run->row, event, batch_.receivedAt)) {
    run->changed = true;
    if constexpr (std::is_same_v<RunEvent, RunEnded>) run->countSeqs = true;
  } else {
    result = AppendResult::Duplicate;
  }
  return SQLITE_DONE;
}

int Append::storeSchema(const SchemaRegistered& schema, AppendResult& result) {
  std::optional<std::string> definition;
  const int code = statements_.readDefinition(schema, definition);
  if (code != SQLITE_DONE) return code;
  if (!definition) return statements_.writeDefinition(schema, batch_.receivedAt);
  if (*definition == schema.definition) {
    result = AppendResult::Duplicate;
  } else {
    result = AppendResult::Rejected;
    schemaConflict_ = sql::schemaConflict(schema);
  }
  return SQLITE_DONE;
}

int Append::touch(const Id& runId, TouchedRun*& run) {
  const auto [entry, isNew] = runs_.try_emplace(runId);
  run = &entry->second;
  if (!isNew) return SQLITE_DONE;
  bool found = false;
  const int code = statements_.readRun(runId, run->row, found);
  run->row.runId = runId;
  run->seqsKnown = run->row.stepCount == 0;
  return code;
}

int Append::writeRuns() {
  for (auto& [runId, run] : runs_) {
    if (!run.changed) continue;
    if (const int code = writeRun(run); code != SQLITE_DONE) return code;
  }
  return SQLITE_DONE;
}

int Append::writeRun(TouchedRun& run) {
  int code = run.row.schema ? reserveSchema(*run.row.schema) : SQLITE_DONE;
  if (code == SQLITE_DONE) code = countMissingSteps(run);
  return code == SQLITE_DONE ? statements_.writeRun(run.row) : code;
}

int Append::reserveSchema(const SchemaRef& ref) {
  if (reserved_.contains(ref)) return SQLITE_DONE;
  const int code = statements_.reserveSchema(ref);
  if (code == SQLITE_DONE) reserved_.insert(ref);
  return code;
}

int Append::countMissingSteps(TouchedRun& run) {
  if (!run.row.lastSeq) {
    run.row.missingSteps.reset();
    return SQLITE_DONE;
  }
  if (!run.countSeqs) return SQLITE_DONE;
  std::int64_t distinct = 0;
  if (run.seqsKnown) {
    std::ranges::sort(run.seqs);
    distinct = std::unique(run.seqs.begin(), run.seqs.end()) - run.seqs.begin();
  } else if (const int code = statements_.countDistinctSeqs(run.row.runId, distinct); code != SQLITE_DONE) {
    return code;
  }
  run.row.missingSteps = sql::missingSteps(*run.row.lastSeq, distinct);
  return SQLITE_DONE;
}

int Append::writeRejections() {
  for (const AppendOutcome::Refused& refused : outcome_.refused) {
    const int code =
        statements_.insertRejection(refused.code, refused.detail, batch_.events[refused.index].raw, batch_.receivedAt);
    if (code != SQLITE_DONE) return code;
  }
  for (const Rejection& rejection : batch_.rejections) {
    const int code = statements_.insertRejection(rejection.code, rejection.detail, rejection.raw, batch_.receivedAt);
    if (code != SQLITE_DONE) return code;
  }
  return SQLITE_DONE;
}

void Append::refuse(std::size_t index, RejectCode code, std::string detail) {
  outcome_.results[index] = AppendResult::Rejected;
  outcome_.refused.push_back({index, code, std::move(detail)});
}

void Append::rollback() {
  // Some failures have rolled back by themselves.
  if (!sqlite3_get_autocommit(connection_.handle())) (void)connection_.execute("ROLLBACK");
  runs_.clear();
  reserved_.clear();
}

}  // namespace xray::sqlite
