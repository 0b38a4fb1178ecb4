#include "writer.h"

#include "append.h"
#include "failure.h"

namespace xray::postgres {
namespace {

constexpr int kTries = 4;

using Clock = std::chrono::steady_clock;

}  // namespace

Result<AppendOutcome> Writer::append(const AppendBatch& batch) {
  Result<AppendOutcome> outcome = AppendOutcome();
  bool again = true;
  for (int n = 0; n < kTries && again; ++n) outcome = tryAppend(batch, again);
  const std::lock_guard lock(mu_);
  lastFailure_ = outcome.status();
  countsUntil_ = Clock::now() + kFailureCounts;
  return outcome;
}

Result<AppendOutcome> Writer::tryAppend(const AppendBatch& batch, bool& again) {
  again = false;
  Result<ConnectionPool::Lease> lease = pool_.lease(Clock::now() + statementTime_);
  if (!lease) {
    const bool busy = lease.status().code() == StatusCode::DeadlineExceeded;
    return busy ? Status(StatusCode::Unavailable, "postgres: every writer is busy") : lease.status();
  }
  Connection& connection = **lease;
  Append append(connection, batch, statementTime_);
  Result<AppendOutcome> outcome = append.run();
  if (outcome) return outcome;
  again =
      connection.broken() ? !append.commitSent() && isLost(connection.lastState()) : isConflict(connection.lastState());
  const StatusCode code = outcome.status().code();
  // The statement's time limit: nothing of an append has a deadline of its own.
  if (code == StatusCode::DeadlineExceeded) return Status(StatusCode::Unavailable, outcome.status().message());
  return outcome;
}

Status Writer::recentFailure() {
  const std::lock_guard lock(mu_);
  return Clock::now() < countsUntil_ ? lastFailure_ : Status();
}

}  // namespace xray::postgres
