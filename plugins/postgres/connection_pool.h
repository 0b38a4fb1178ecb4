#pragma once
// A fixed number of connections that calls share.

#include <Poco/Data/Session.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "connection.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray::postgres {

class PostgresSession;

/// A Poco::Data::SessionPool, which keeps sessions, hands them out and drops them. In front of it is what it does not
/// do: waiting for a session until a deadline (it throws when all are taken), connecting without holding up others (it
/// would connect under its lock), and a pause after an attempt that failed.
///
/// Connections are made when they are first needed and again when they were lost. Those that nobody wanted for the idle
/// time are closed, but for one, by a thread of Poco's that goes back to Poco when the pool goes.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: outlives its leases.
class ConnectionPool {
  struct GiveBack {
    void operator()(ConnectionPool* pool) const { pool->giveBack(); }
  };
  /// The right to one of the pool's connections.
  using Turn = std::unique_ptr<ConnectionPool, GiveBack>;

 public:
  /// How long a failed attempt to connect stands for all that would come after it.
  static constexpr std::chrono::milliseconds kPause{250};
  static constexpr std::chrono::seconds kIdleTime{60};

  /// A connection for the time of one call. A transaction that is left open in it is rolled back. One thread at a time.
  class Lease {
   public:
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) = delete;

    Connection* operator->() const { return connection_; }
    Connection& operator*() const { return *connection_; }

   private:
    friend ConnectionPool;
    Lease(Turn turn, Poco::Data::Session session, Connection& connection)
        : turn_(std::move(turn)), session_(std::move(session)), connection_(&connection) {}

    Turn turn_;  // ends after session_ is back, so that the pool is never asked for more than it has
    Poco::Data::Session session_;
    Connection* connection_;
  };

  /// `idleTime`: at least a second.
  ConnectionPool(ConnectionOptions options, std::size_t size, std::chrono::seconds idleTime = kIdleTime);
  ~ConnectionPool();
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  /// A connection that was up a moment ago; it may be lost by now.
  ///   DeadlineExceeded  none came free in time
  ///   Unavailable, InvalidArgument  it had to be made, and could not be (Connection::open)
  Result<Lease> lease(Deadline deadline);

 private:
  class Sessions;

  /// None when the deadline came first.
  Turn waitForTurn(Deadline deadline);
  void giveBack();
  Status connect(PostgresSession& session);
  Sessions& sessions();

  const ConnectionOptions options_;
  const std::size_t size_;
  const std::chrono::seconds idleTime_;
  std::mutex mu_;
  std::condition_variable returned_;
  std::size_t free_;                    // guarded by mu_; how many more leases there may be
  std::unique_ptr<Sessions> sessions_;  // guarded by mu_; made by the first lease, for that can fail
  Status lastFailure_;                  // guarded by mu_; of connecting
  Deadline quietUntil_{};               // guarded by mu_; until then lastFailure_ stands
};

}  // namespace xray::postgres
