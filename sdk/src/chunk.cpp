#include "chunk.h"

#include <algorithm>
#include <new>

namespace xray::sdk {

ChunkPool::~ChunkPool() {
  while (free_) {
    Chunk* chunk = free_;
    free_ = chunk->next;
    ::operator delete(chunk);
  }
}

Chunk* ChunkPool::take(std::size_t bytes) {
  if (bytes <= kChunkBytes) {
    std::lock_guard lock(mu_);
    if (Chunk* chunk = free_) {
      free_ = chunk->next;
      --kept_;
      chunk->next = nullptr;
      chunk->used = 0;
      return chunk;
    }
  }
  const std::size_t capacity = std::max(bytes, kChunkBytes);
  return new (::operator new(sizeof(Chunk) + capacity)) Chunk{nullptr, capacity, 0};
}

void ChunkPool::give(Chunk* chunk) noexcept {
  if (chunk->capacity == kChunkBytes) {
    std::lock_guard lock(mu_);
    if (kept_ < kKeptChunks) {
      chunk->next = free_;
      free_ = chunk;
      ++kept_;
      return;
    }
  }
  ::operator delete(chunk);
}

}  // namespace xray::sdk
