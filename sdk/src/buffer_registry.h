#pragma once
// Which thread records into which buffer.

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "thread_buffer.h"

namespace xray::sdk {

/// The buffers of one queue. A thread gets one at its first record and keeps it to its end; then the next new thread
/// gets it, so there are as many as threads recorded at the same time.
///
/// Thread-safety: all methods may be called concurrently.
class BufferRegistry {
 public:
  explicit BufferRegistry(ChunkPool& pool);
  BufferRegistry(const BufferRegistry&) = delete;
  BufferRegistry& operator=(const BufferRegistry&) = delete;
  ~BufferRegistry();

  /// The calling thread's. Throws std::bad_alloc.
  ThreadBuffer& local();

  template <typename Visit>
  void forEach(Visit visit) const {
    std::lock_guard lock(mu_);
    for (const auto& buffer : buffers_) visit(*buffer);
  }
  /// Stops all buffers, and those made later.
  void stop() noexcept;

 private:
  ThreadBuffer& adopt();

  ChunkPool& pool_;
  const std::uint64_t number_;  // tells registries apart, also from one that was at the same address before
  mutable std::mutex mu_;
  // Guarded by mu_. Shared with the threads, which may outlive the queue. The first belongs to all threads that record
  // while they end.
  std::vector<std::shared_ptr<ThreadBuffer>> buffers_;
  bool stopped_ = false;  // guarded by mu_
};

}  // namespace xray::sdk
