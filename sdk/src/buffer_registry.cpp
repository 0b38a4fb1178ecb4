#include "buffer_registry.h"

#include <atomic>

namespace xray::sdk {
namespace {

std::atomic<std::uint64_t> lastNumber{0};

// The buffer used last, in variables that need no constructor: the usual way is two loads and a comparison.
constinit thread_local std::uint64_t localNumber = 0;
constinit thread_local ThreadBuffer* localBuffer = nullptr;
constinit thread_local bool threadEnds = false;

struct Owned {
  std::uint64_t number;
  std::shared_ptr<ThreadBuffer> buffer;
};

struct OwnedBuffers {
  std::vector<Owned> buffers;

  ~OwnedBuffers() {
    threadEnds = true;
    localNumber = 0;
    for (const Owned& owned : buffers) owned.buffer->owned.store(false, std::memory_order_release);
  }
};
thread_local OwnedBuffers ownedBuffers;

}  // namespace

BufferRegistry::BufferRegistry(ChunkPool& pool) : pool_(pool), number_(lastNumber.fetch_add(1) + 1) {
  buffers_.push_back(std::make_shared<ThreadBuffer>(pool_));
}

BufferRegistry::~BufferRegistry() {
  for (const auto& buffer : buffers_) buffer->orphan.store(true, std::memory_order_release);
}

ThreadBuffer& BufferRegistry::local() {
  if (localNumber == number_) [[likely]] {
    return *localBuffer;
  }
  return adopt();
}

ThreadBuffer& BufferRegistry::adopt() {
  std::lock_guard lock(mu_);
  if (threadEnds) return *buffers_.front();
  std::vector<Owned>& mine = ownedBuffers.buffers;
  std::erase_if(mine, [](const Owned& owned) { return owned.buffer->orphan.load(std::memory_order_acquire); });
  for (const Owned& owned : mine) {
    if (owned.number != number_) continue;
    localBuffer = owned.buffer.get();
    localNumber = number_;
    return *localBuffer;
  }
  std::shared_ptr<ThreadBuffer> found;
  for (const auto& buffer : buffers_) {
    if (!found && !buffer->owned.exchange(true, std::memory_order_acq_rel)) found = buffer;
  }
  if (!found) {
    found = std::make_shared<ThreadBuffer>(pool_);
    if (stopped_) found->stop();
    buffers_.push_back(found);
  }
  mine.push_back({number_, found});
  localBuffer = found.get();
  localNumber = number_;
  return *found;
}

void BufferRegistry::stop() noexcept {
  std::lock_guard lock(mu_);
  stopped_ = true;
  for (const auto& buffer : buffers_) buffer->stop();
}

}  // namespace xray::sdk
