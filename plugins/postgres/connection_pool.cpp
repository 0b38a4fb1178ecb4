#include "connection_pool.h"

namespace xray::postgres {

using Clock = std::chrono::steady_clock;

ConnectionPool::Lease::~Lease() {
  // Moved from, it has none.
  if (connection_) pool_->giveBack(std::move(connection_));
}

Result<ConnectionPool::Lease> ConnectionPool::lease(Deadline deadline) {
  std::unique_lock lock(mu_);
  if (Clock::now() >= deadline || !returned_.wait_until(lock, deadline, [&] { return free_ > 0; })) {
    return Status(StatusCode::DeadlineExceeded, "the query's deadline is over");
  }
  --free_;
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->stillThere()) return Lease(*this, std::move(connection));
  }
  lock.unlock();
  Result<std::unique_ptr<Connection>> made = connect();
  if (made) return Lease(*this, std::move(*made));
  giveBack(nullptr);
  return made.status();
}

Result<std::unique_ptr<Connection>> ConnectionPool::connect() {
  {
    const std::lock_guard lock(mu_);
    if (Clock::now() < quietUntil_) return lastFailure_;
  }
  Result<std::unique_ptr<Connection>> made = Connection::open(options_);
  const std::lock_guard lock(mu_);
  lastFailure_ = made.status();
  quietUntil_ = made ? Deadline() : Clock::now() + kPause;
  return made;
}

void ConnectionPool::giveBack(std::unique_ptr<Connection> connection) {
  const bool usable = connection && !connection->broken() &&
                      PQtransactionStatus(connection->handle()) == PQTRANS_IDLE &&
                      PQpipelineStatus(connection->handle()) == PQ_PIPELINE_OFF;
  if (!usable) connection.reset();
  {
    const std::lock_guard lock(mu_);
    ++free_;
    if (connection) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace xray::postgres
