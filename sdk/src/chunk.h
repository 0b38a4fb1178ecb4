#pragma once
// Memory for frames: recycled pieces of one size, so that recording neither allocates nor copies what is there already.

#include <cstddef>
#include <mutex>

namespace xray::sdk {

/// A piece of memory with a header; its bytes follow it.
struct Chunk {
  Chunk* next;
  std::size_t capacity;
  std::size_t used;

  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};

inline constexpr std::size_t kChunkBytes = std::size_t{32} << 10;

/// Keeps up to kKeptChunks chunks of kChunkBytes (4 MiB) for reuse; the rest, and larger ones, go back to the heap.
///
/// Thread-safety: all methods may be called concurrently.
class ChunkPool {
 public:
  ChunkPool() = default;
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;
  ~ChunkPool();

  /// An empty chunk for at least `bytes`; larger than kChunkBytes when one frame needs it. Throws std::bad_alloc.
  Chunk* take(std::size_t bytes);
  void give(Chunk* chunk) noexcept;

 private:
  static constexpr std::size_t kKeptChunks = 128;

  std::mutex mu_;
  Chunk* free_ = nullptr;  // guarded by mu_
  std::size_t kept_ = 0;   // guarded by mu_
};

}  // namespace xray::sdk
