#pragma once

#include <deque>
#include <optional>

#include "xray/ids.h"
#include "xray/spool/directory.h"
#include "xray/spool/format.h"
#include "xray/time.h"

namespace xray::filetransport {

struct DroppedSegment {
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;  // that nobody had read
};

/// Deletes the oldest segments of a spool, of all writers: sealed ones, and open ones of dead writers. Those that
/// somebody reads are passed over. One thread at a time. Lifetime: borrows the spool.
class OldestSegments {
 public:
  explicit OldestSegments(const spool::Directory& spool) : spool_(spool) {}

  /// Nothing when there is none to drop.
  ///   Unavailable, PermissionDenied  the spool cannot be read
  Result<std::optional<DroppedSegment>> dropOne();

 private:
  struct Candidate {
    Timestamp changed;
    Id writer;
    spool::SegmentName name;

    auto operator<=>(const Candidate&) const = default;
  };

  Status list();
  std::optional<DroppedSegment> drop(const Candidate& candidate) const;

  const spool::Directory& spool_;
  std::deque<Candidate> candidates_;  // as listed once, the oldest first: listing again for each would take long
};

}  // namespace xray::filetransport
