#include "reader_pool.h"

namespace xray::sqlite {
namespace {

// How many of SQLite's instructions run between two looks at the clock: some tens of microseconds.
constexpr int kInstructionsPerLook = 1000;

int isPast(void* deadline) {
  return std::chrono::steady_clock::now() >= *static_cast<const Deadline*>(deadline);
}

Status deadlineExceeded() {
  return {StatusCode::DeadlineExceeded, "the query was cancelled at its deadline"};
}

}  // namespace

ReaderPool::Lease::Lease(ReaderPool& pool, std::unique_ptr<Connection> connection, Deadline deadline)
    : pool_(pool), connection_(std::move(connection)), deadline_(deadline) {
  sqlite3_progress_handler(connection_->handle(), kInstructionsPerLook, &isPast, &deadline_);
}

ReaderPool::Lease::~Lease() {
  sqlite3_progress_handler(connection_->handle(), 0, nullptr, nullptr);
  pool_.giveBack(std::move(connection_));
}

Result<std::unique_ptr<ReaderPool>> ReaderPool::open(ConnectionOptions options, std::size_t count) {
  options.readOnly = true;
  std::unique_ptr<ReaderPool> pool(new ReaderPool);
  for (std::size_t i = 0; i < count; ++i) {
    auto connection = Connection::open(options);
    if (!connection) return connection.status();
    pool->idle_.push_back(std::move(*connection));
  }
  return pool;
}

Result<std::unique_ptr<ReaderPool::Lease>> ReaderPool::lease(Deadline deadline) {
  std::unique_lock lock(mu_);
  if (!free_.wait_until(lock, deadline, [&] { return !idle_.empty(); })) return deadlineExceeded();
  if (std::chrono::steady_clock::now() >= deadline) return deadlineExceeded();
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  lock.unlock();
  return std::make_unique<Lease>(*this, std::move(connection), deadline);
}

void ReaderPool::giveBack(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mu_);
    idle_.push_back(std::move(connection));
  }
  free_.notify_one();
}

}  // namespace xray::sqlite
