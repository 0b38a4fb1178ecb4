#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "xray/spool/directory.h"
#include "xray/spool/format.h"

namespace xray::spool {

/// A segment that is being written. append and seal from one thread at a time; sync may run beside append, from
/// another.
class SegmentWriter {
 public:
  /// Makes the file and writes its header. `directory` outlives the writer.
  ///   Overloaded  there is no room on the disk; nothing is left behind
  static Result<std::shared_ptr<SegmentWriter>> create(const Directory& directory, Id writer, std::uint64_t number);

  /// Writes one frame. On failure what was written of it is cut off again, and the segment may still be used.
  ///   Overloaded  there is no room on the disk
  Status append(std::uint32_t flags, std::string_view payload);

  /// Makes durable what append() has written before.
  Status sync();
  /// Makes the segment durable and readable: fsync, rename, fsync of the directory. One without a frame is removed
  /// instead. May be tried again after a failure. No append after it.
  Status seal();

  std::uint64_t number() const { return name_.number; }
  /// Of the whole file.
  std::uint64_t bytes() const { return end_.load(std::memory_order_relaxed); }
  bool hasFrames() const { return bytes() > kSegmentHeaderBytes; }

 private:
  SegmentWriter(const Directory& directory, File file, SegmentName name)
      : directory_(directory), file_(std::move(file)), name_(name) {}

  const Directory& directory_;
  const File file_;
  const SegmentName name_;  // while it is open
  bool renamed_ = false;
  std::atomic<std::uint64_t> end_{0};  // of what is whole
};

}  // namespace xray::spool
