#pragma once
// Appends, on connections of their own.

#include <chrono>
#include <mutex>

#include "connection_pool.h"
#include "xray/store.h"

namespace xray::postgres {

/// Thread-safety: all methods may be called concurrently; as many appends go on at once as there are connections.
class Writer {
 public:
  /// How long a failed append counts for health(): long enough to be seen, short enough that a store without traffic
  /// is tried again.
  static constexpr std::chrono::seconds kFailureCounts{5};

  Writer(ConnectionOptions options, std::size_t connections, std::chrono::milliseconds statementTime)
      : pool_(std::move(options), connections), statementTime_(statementTime) {}

  /// Tries again by itself where that is safe and likely to help: the connection was lost before the commit, or two
  /// transactions were in each other's way.
  Result<AppendOutcome> append(const AppendBatch& batch);

  /// Why the last append failed, if that was a moment ago.
  Status recentFailure();

 private:
  Result<AppendOutcome> tryAppend(const AppendBatch& batch, bool& again);

  ConnectionPool pool_;
  const std::chrono::milliseconds statementTime_;
  std::mutex mu_;
  Status lastFailure_;    // guarded by mu_
  Deadline countsUntil_;  // guarded by mu_
};

}  // namespace xray::postgres
