#pragma once
// One append: events become rows within one transaction.

#include <set>
#include <string>
#include <unordered_map>

#include "connection.h"
#include "write_statements.h"
#include "xray/sql/run_fold.h"
#include "xray/store.h"

namespace xray::sqlite {

/// Stores one batch. Rows of runs are read once, folded in memory and written once a batch. When the database refuses a
/// row (a CHECK), the batch is done again with a savepoint for each event, which finds the guilty one; its neighbours
/// are stored.
///
/// Used once, by one thread that holds the writer.
class Append {
 public:
  Append(Connection& connection, WriteStatements& statements, const AppendBatch& batch)
      : connection_(connection), statements_(statements), batch_(batch) {}

  /// Ok: committed. Otherwise rolled back, nothing is stored.
  Result<AppendOutcome> run();

 private:
  /// A run that this batch has to do with.
  struct TouchedRun {
    sql::RunRow row;
    bool changed = false;
    bool countSeqs = false;  // steps or last_seq changed, so missing_steps has to be counted again
    bool seqsKnown = false;  // all its steps came with this batch: `seqs` has their sequence numbers
    std::vector<std::int64_t> seqs;
  };

  // Each returns SQLite's result code, SQLITE_DONE for success.
  int storeAll();
  int storeOneByOne();
  int store(const Event& event, AppendResult& result);
  int storeStep(const StepEvent& step, AppendResult& result);
  int storeKnownStep(const StepEvent& step, AppendResult& result, sql::StepChange& change);
  int storeSchema(const SchemaRegistered& schema, AppendResult& result);
  template <typename RunEvent>
  int storeRunEvent(const RunEvent& event, AppendResult& result);
  int touch(const Id& runId, TouchedRun*& run);
  int writeRuns();
  int writeRun(TouchedRun& run);
  int reserveSchema(const SchemaRef& ref);
  int countMissingSteps(TouchedRun& run);
  int writeRejections();

  void refuse(std::size_t index, RejectCode code, std::string detail);
  void rollback();

  Connection& connection_;
  WriteStatements& statements_;
  const AppendBatch& batch_;
  AppendOutcome outcome_;
  std::unordered_map<Id, TouchedRun> runs_;
  std::set<SchemaRef> reserved_;  // schema versions that have a row
  std::string schemaConflict_;    // why the last schema was refused
};

}  // namespace xray::sqlite
