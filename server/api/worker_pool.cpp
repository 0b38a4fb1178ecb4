#include "server/api/worker_pool.h"

#include <limits>
#include <utility>

namespace xray::server {

WorkerPool::WorkerPool(unsigned threads, std::size_t capacity) : capacity_(capacity) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::post(std::function<void()> job) {
  return put(std::move(job), capacity_);
}

bool WorkerPool::postMore(std::function<void()> job) {
  return put(std::move(job), std::numeric_limits<std::size_t>::max());
}

std::size_t WorkerPool::waiting() const {
  const std::lock_guard lock(mu_);
  return waiting_.size();
}

bool WorkerPool::put(std::function<void()> job, std::size_t capacity) {
  const std::lock_guard lock(mu_);
  if (stopping_ || waiting_.size() >= capacity) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  waiting_.push_back(std::move(job));
  changed_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mu_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WorkerPool::work() {
  std::unique_lock lock(mu_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::function<void()> job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace xray::server
