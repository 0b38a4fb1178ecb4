#pragma once
// One append: events become rows within one transaction.

#include <chrono>
#include <string>
#include <vector>

#include "batch_fold.h"
#include "connection.h"
#include "xray/store.h"

namespace xray::postgres {

/// Stores one batch in a handful of round trips: the runs that have rows are locked in the order of their ids and read,
/// everything is folded in memory, new runs go in as they are at the end of the batch, new steps by binary COPY, the
/// other runs are written back in one statement. A row that the database refuses makes the batch run again in pieces,
/// halved until the guilty event is alone; its neighbours are stored. A run that somebody else has given a row
/// meanwhile makes it begin anew.
///
/// Whoever changes steps of a run holds the lock on the run, or has made it in the same transaction, so what was read
/// of them stays true. Locks come before new rows, both in the order of the ids: backends wait for each other in one
/// direction. Only pieces make new rows out of order.
///
/// Used once, by one thread that holds the connection.
class Append {
 public:
  Append(Connection& connection, const AppendBatch& batch, std::chrono::milliseconds statementTime)
      : connection_(connection), batch_(batch), statementTime_(statementTime) {}

  /// Ok: committed. Otherwise nothing is stored, but where the connection was lost after commitSent(): then nobody
  /// knows, and the same append finds out.
  Result<AppendOutcome> run();

  bool commitSent() const { return commitSent_; }

 private:
  Status storeAtOnce();
  Status storeInPieces();
  Status storeHalving(std::size_t begin, std::size_t end);

  /// The database did not take a row, and would not in another try.
  bool refused(const Status& status) const;

  /// Begins the transaction; locks and reads the runs that have rows.
  Status begin();
  /// Everything but the rows of the `changed` runs, rejections and the commit.
  Status storePiece(std::size_t begin, std::size_t end, std::vector<Id>& changed);
  Status readFor(BatchFold& fold);
  /// New runs, schemas and steps.
  Status writeRows(const BatchFold& fold);
  Status countSeqs(const BatchFold& fold);
  void note(const BatchFold& fold, std::size_t begin);
  Status commit(std::vector<Call> before);
  Call writeRunsCall(const std::vector<Id>& runIds) const;
  void refuse(std::size_t index, RejectCode code, std::string detail);
  void rollback();

  Deadline soon() const;
  Status run(Call call);

  Connection& connection_;
  const AppendBatch& batch_;
  const std::chrono::milliseconds statementTime_;
  AppendOutcome outcome_;
  TouchedRuns runs_;
  bool commitSent_ = false;
};

}  // namespace xray::postgres
