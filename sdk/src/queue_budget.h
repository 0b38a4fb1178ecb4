#pragma once
// The bound of the queue, in bytes over all threads.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "xray/time.h"

namespace xray::sdk {

/// Capacity: `maxBytes`. Full: a reservation fails, or waits where the caller wants that. Steps may use all but a
/// sixteenth (at most 1 MiB), which is kept for the beginnings and ends of runs.
///
/// Thread-safety: all methods may be called concurrently; reserve() takes no lock.
class QueueBudget {
 public:
  enum class Use { Step, RunEdge };

  explicit QueueBudget(std::size_t maxBytes);

  /// False when there is no room; then nothing was reserved.
  bool reserve(std::size_t bytes, Use use) noexcept;
  /// Waits for room until the deadline or close().
  bool reserveUntil(std::size_t bytes, Use use, Deadline deadline) noexcept;
  void release(std::size_t bytes) noexcept;

  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  /// What `use` may have at most.
  std::size_t limit(Use use) const noexcept { return use == Use::Step ? stepBytes_ : maxBytes_; }

  /// Waiting reservations fail from now on.
  void close() noexcept;

 private:
  const std::size_t maxBytes_;
  const std::size_t stepBytes_;
  std::atomic<std::size_t> used_{0};
  std::atomic<unsigned> waiting_{0};

  std::mutex mu_;
  std::condition_variable room_;
  bool closed_ = false;  // guarded by mu_
};

}  // namespace xray::sdk
