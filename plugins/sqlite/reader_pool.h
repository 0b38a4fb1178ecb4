#pragma once
// The read-only connections that queries share.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "connection.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray::sqlite {

/// A fixed number of connections. When all are taken, a query waits for one until its deadline.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: outlives its leases.
class ReaderPool {
 public:
  /// A connection for the time of one query, whose statements are cancelled at the deadline. One thread at a time.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection, Deadline deadline);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    Connection& connection() const { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
    Deadline deadline_;
  };

  /// Opens `count` connections (at least 1).
  static Result<std::unique_ptr<ReaderPool>> open(ConnectionOptions options, std::size_t count);

  ///   DeadlineExceeded  no connection came free in time
  Result<std::unique_ptr<Lease>> lease(Deadline deadline);

 private:
  ReaderPool() = default;
  void giveBack(std::unique_ptr<Connection> connection);

  std::mutex mu_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mu_
};

}  // namespace xray::sqlite
