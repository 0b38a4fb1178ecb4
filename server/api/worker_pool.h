#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace xray::server {

/// A fixed number of threads for work that waits for the store. At most `capacity` jobs wait; a further one is refused.
///
/// Thread-safety: post may be called concurrently; stop from one thread. Jobs do not throw.
class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t capacity);
  ~WorkerPool();

  /// False when too many jobs wait, or after stop(): the job is not run then.
  bool post(std::function<void()> job);

  /// Runs what waits, joins the threads. Idempotent.
  void stop();

 private:
  void work();

  const std::size_t capacity_;
  std::mutex mu_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;  // guarded by mu_
  bool stopping_ = false;                      // guarded by mu_
  std::vector<std::thread> threads_;           // joined by stop()
};

}  // namespace xray::server
