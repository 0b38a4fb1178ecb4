#pragma once
// A fixed number of connections that calls share.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "connection.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray::postgres {

/// Connections are made when they are first needed and again when they were lost. When all are taken, a call waits for
/// one until its deadline. After an attempt to connect that failed the pool says so for kPause without trying again.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: outlives its leases.
class ConnectionPool {
 public:
  static constexpr std::chrono::milliseconds kPause{250};

  /// A connection for the time of one call. One thread at a time.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) = delete;
    ~Lease();

    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  ConnectionPool(ConnectionOptions options, std::size_t size) : options_(std::move(options)), free_(size) {}

  /// A connection that was up a moment ago; it may be lost by now.
  ///   DeadlineExceeded  none came free in time
  ///   Unavailable, InvalidArgument  it had to be made, and could not be (Connection::open)
  Result<Lease> lease(Deadline deadline);

 private:
  void giveBack(std::unique_ptr<Connection> connection);
  Result<std::unique_ptr<Connection>> connect();

  const ConnectionOptions options_;
  std::mutex mu_;
  std::condition_variable returned_;
  std::size_t free_;                               // guarded by mu_; how many more leases there may be
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mu_
  Status lastFailure_;                             // guarded by mu_; of connecting
  Deadline quietUntil_{};                          // guarded by mu_; until then lastFailure_ stands
};

}  // namespace xray::postgres
