#include "room.h"

#include <algorithm>

#include "xray/spool/spool_listing.h"

namespace xray::filetransport {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kTrust{1};
constexpr int kShare = 20;

std::uint64_t bytesIn(const spool::Directory& spool) {
  std::uint64_t bytes = 0;
  const auto writers = spool::listWriters(spool);
  if (!writers.ok()) return 0;
  for (const Id& writer : *writers) {
    const auto directory = spool.openChild(writer.toString());
    if (!directory.ok()) continue;
    const auto segments = spool::listSegments(*directory);
    if (!segments.ok()) continue;
    for (const spool::ListedSegment& segment : *segments) bytes += segment.bytes;
  }
  return bytes;
}

}  // namespace

bool Room::fits(std::uint64_t bytes) {
  const Deadline now = steady_clock::now();
  const bool full = used_ + bytes > limit_;
  if (now >= trustedUntil_ || (full && now >= mayLookAt_)) look(now);
  return used_ + bytes <= limit_;
}

void Room::look(Deadline now) {
  used_ = bytesIn(spool_);
  const Deadline after = steady_clock::now();
  mayLookAt_ = after + kShare * (after - now);
  trustedUntil_ = std::max<Deadline>(mayLookAt_, after + kTrust);
}

}  // namespace xray::filetransport
