#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "xray/status.h"

namespace xray::spool {

/// Why a system call failed, `what` first:
///   Overloaded        there is no room (ENOSPC, EDQUOT)
///   NotFound          ENOENT
///   PermissionDenied  not ours to use: no right, read-only, a symbolic link, not a directory
///   Unavailable       everything else
Status systemError(const std::string& what, int error);

/// An open file; closed when it goes. Its calls are those of the kernel, with interruptions and short transfers dealt
/// with. Thread-safe, but for moving it.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File();

  int descriptor() const { return descriptor_; }
  bool isOpen() const { return descriptor_ >= 0; }
  /// Gives the descriptor away.
  int release() { return std::exchange(descriptor_, -1); }

  Result<std::uint64_t> size() const;
  /// Names of the file in the file system; 0: deleted.
  Result<std::uint64_t> links() const;
  /// Replaces `out` by up to `bytes` bytes from `offset`: fewer at the end of the file.
  Status readAt(std::uint64_t offset, std::size_t bytes, std::string& out) const;
  /// Writes both parts, one after the other. On failure some of them may have been written.
  Status writeAt(std::uint64_t offset, std::string_view first, std::string_view second = {}) const;
  Status truncate(std::uint64_t size) const;
  /// fdatasync(2).
  Status syncData() const;
  /// fsync(2).
  Status sync() const;

 private:
  int descriptor_ = -1;
};

}  // namespace xray::spool
