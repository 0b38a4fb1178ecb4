#include "queue_budget.h"

#include <algorithm>

namespace xray::sdk {

QueueBudget::QueueBudget(std::size_t maxBytes)
    : maxBytes_(maxBytes), stepBytes_(maxBytes - std::min(maxBytes / 16, std::size_t{1} << 20)) {}

bool QueueBudget::reserve(std::size_t bytes, Use use) noexcept {
  if (used_.fetch_add(bytes) + bytes <= limit(use)) return true;
  // Not release(): nobody waits for bytes that were never had.
  used_.fetch_sub(bytes);
  return false;
}

bool QueueBudget::reserveUntil(std::size_t bytes, Use use, Deadline deadline) noexcept {
  if (reserve(bytes, use)) return true;
  if (bytes > limit(use)) return false;
  std::unique_lock lock(mu_);
  // Before the next try, so that a release after that try sees somebody waiting.
  waiting_.fetch_add(1);
  bool reserved = false;
  room_.wait_until(lock, deadline, [&] { return closed_ || (reserved = reserve(bytes, use)); });
  waiting_.fetch_sub(1);
  return reserved;
}

void QueueBudget::release(std::size_t bytes) noexcept {
  used_.fetch_sub(bytes);
  if (waiting_.load() == 0) return;
  std::lock_guard lock(mu_);
  room_.notify_all();
}

void QueueBudget::close() noexcept {
  std::lock_guard lock(mu_);
  closed_ = true;
  room_.notify_all();
}

}  // namespace xray::sdk
