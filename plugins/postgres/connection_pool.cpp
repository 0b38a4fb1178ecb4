#include "connection_pool.h"

#include <Poco/Data/SessionPool.h>
#include <Poco/ThreadPool.h>

#include "postgres_session.h"

namespace xray::postgres {
namespace {

using Clock = std::chrono::steady_clock;

// So that the first call after a quiet time need not connect.
constexpr int kStaying = 1;

/// A place in Poco's pool of threads, which has 16 for the whole process: a session pool needs a thread as long as it
/// lives, for closing what is idle.
struct ThreadPlace {
  ThreadPlace() { Poco::ThreadPool::defaultPool().addCapacity(1); }
  ~ThreadPlace() { Poco::ThreadPool::defaultPool().addCapacity(-1); }
  ThreadPlace(const ThreadPlace&) = delete;
  ThreadPlace& operator=(const ThreadPlace&) = delete;
};

}  // namespace

class ConnectionPool::Sessions final : private ThreadPlace, public Poco::Data::SessionPool {
 public:
  explicit Sessions(const ConnectionPool& pool)
      : SessionPool(PostgresSession::connector(), pool.options_.schema, kStaying, static_cast<int>(pool.size_),
                    static_cast<int>(pool.idleTime_.count())),
        options_(pool.options_) {}

 private:
  void customizeSession(Poco::Data::Session& session) override { PostgresSession::of(session).configure(options_); }

  const ConnectionOptions& options_;
};

ConnectionPool::ConnectionPool(ConnectionOptions options, std::size_t size, std::chrono::seconds idleTime)
    : options_(std::move(options)), size_(size), idleTime_(idleTime), free_(size) {}

ConnectionPool::~ConnectionPool() = default;

Result<ConnectionPool::Lease> ConnectionPool::lease(Deadline deadline) try {
  Turn turn = waitForTurn(deadline);
  if (!turn) return Status(StatusCode::DeadlineExceeded, "the query's deadline is over");
  for (std::size_t seen = 1;; ++seen) {
    Poco::Data::Session session = sessions().get();
    PostgresSession& ours = PostgresSession::of(session);
    // It is a new one, or was lost while it was idle.
    const Status status = ours.stillThere() ? Status() : connect(ours);
    if (status.ok()) return Lease(std::move(turn), std::move(session), ours.connection());
    // Another idle one may be up, though no new one can be had.
    if (seen == size_) return status;
    ours.close();
  }
} catch (const Poco::Exception& e) {
  return Status(StatusCode::Unavailable, "postgres: the pool of sessions: " + e.displayText());
}

ConnectionPool::Turn ConnectionPool::waitForTurn(Deadline deadline) {
  std::unique_lock lock(mu_);
  if (Clock::now() >= deadline || !returned_.wait_until(lock, deadline, [&] { return free_ > 0; })) return nullptr;
  --free_;
  return Turn(this);
}

void ConnectionPool::giveBack() {
  {
    const std::lock_guard lock(mu_);
    ++free_;
  }
  returned_.notify_one();
}

Status ConnectionPool::connect(PostgresSession& session) {
  {
    const std::lock_guard lock(mu_);
    if (Clock::now() < quietUntil_) return lastFailure_;
  }
  Status made = session.connect();
  const std::lock_guard lock(mu_);
  lastFailure_ = made;
  quietUntil_ = made.ok() ? Deadline() : Clock::now() + kPause;
  return made;
}

ConnectionPool::Sessions& ConnectionPool::sessions() {
  const std::lock_guard lock(mu_);
  if (!sessions_) sessions_ = std::make_unique<Sessions>(*this);
  return *sessions_;
}

}  // namespace xray::postgres
