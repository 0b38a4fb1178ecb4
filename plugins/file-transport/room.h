#pragma once

#include <cstdint>

#include "xray/spool/directory.h"
#include "xray/time.h"

namespace xray::filetransport {

/// The size limit of a spool. Counts what this sender writes as it does, what others write and delete when it looks:
/// at least once a second while asked, and whenever the limit seems to be reached. With very many segments it looks
/// less often, so that this takes at most a twentieth of the time.
///
/// One thread at a time. Lifetime: borrows the spool.
class Room {
 public:
  Room(const spool::Directory& spool, std::uint64_t limit) : spool_(spool), limit_(limit) {}

  /// Whether so many bytes more stay within the limit.
  bool fits(std::uint64_t bytes);
  void wrote(std::uint64_t bytes) { used_ += bytes; }
  void freed(std::uint64_t bytes) { used_ -= bytes < used_ ? bytes : used_; }

  std::uint64_t limit() const { return limit_; }
  std::uint64_t used() const { return used_; }

 private:
  void look(Deadline now);

  const spool::Directory& spool_;
  const std::uint64_t limit_;
  std::uint64_t used_ = 0;
  Deadline trustedUntil_{};
  Deadline mayLookAt_{};
};

}  // namespace xray::filetransport
