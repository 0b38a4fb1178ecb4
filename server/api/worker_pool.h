#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace xray::server {

/// A fixed number of threads for work that waits for the store. At most `capacity` jobs wait; a further one is refused
/// and counted.
///
/// Thread-safety: post and postMore may be called concurrently; stop from one thread. Jobs do not throw.
class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t capacity);
  ~WorkerPool();

  /// False when too many jobs wait, or after stop(): the job is not run then.
  bool post(std::function<void()> job);

  /// The same, whatever waits: for more of a job that had found room before.
  bool postMore(std::function<void()> job);

  /// Jobs that wait now.
  std::size_t waiting() const;
  /// Jobs that found no room.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

  /// Runs what waits, joins the threads. Idempotent.
  void stop();

 private:
  bool put(std::function<void()> job, std::size_t capacity);
  void work();

  const std::size_t capacity_;
  std::atomic<std::uint64_t> refused_{0};
  mutable std::mutex mu_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;  // guarded by mu_
  bool stopping_ = false;                      // guarded by mu_
  std::vector<std::thread> threads_;           // joined by stop()
};

}  // namespace xray::server
