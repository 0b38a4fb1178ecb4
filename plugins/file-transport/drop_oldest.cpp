#include "drop_oldest.h"

#include <fcntl.h>

#include <algorithm>
#include <memory>

#include "xray/spool/checkpoint.h"
#include "xray/spool/file_lock.h"
#include "xray/spool/segment_reader.h"
#include "xray/spool/spool_listing.h"

namespace xray::filetransport {

Status OldestSegments::list() {
  const auto writers = spool::listWriters(spool_);
  if (!writers.ok()) return writers.status();
  std::vector<Candidate> found;
  for (const Id& writer : *writers) {
    const auto directory = spool_.openChild(writer.toString());
    if (!directory.ok()) continue;  // gone, or not ours
    const auto alive = spool::isWriterAlive(*directory);
    const auto segments = spool::listSegments(*directory);
    if (!alive.ok() || !segments.ok()) continue;
    for (const spool::ListedSegment& segment : *segments) {
      if (segment.name.state == spool::SegmentState::Sealed || !*alive) {
        found.push_back({segment.changed, writer, segment.name});
      }
    }
  }
  std::sort(found.begin(), found.end());
  candidates_.assign(found.begin(), found.end());
  return {};
}

Result<std::optional<DroppedSegment>> OldestSegments::dropOne() {
  const bool listed = candidates_.empty();
  if (listed) {
    if (Status status = list(); !status.ok()) return status;
  }
  while (!candidates_.empty()) {
    const Candidate candidate = candidates_.front();
    candidates_.pop_front();
    if (auto dropped = drop(candidate)) return dropped;
  }
  return listed ? std::optional<DroppedSegment>() : dropOne();
}

std::optional<DroppedSegment> OldestSegments::drop(const Candidate& candidate) const {
  const auto directory = spool_.openChild(candidate.writer.toString());
  if (!directory.ok()) return std::nullopt;
  const std::string name = candidate.name.toString();
  auto file = directory->openFile(name, O_RDONLY);
  if (!file.ok()) return std::nullopt;
  // Readers hold a shared lock on the segment that they read.
  const auto lock = std::make_shared<spool::FileLock>(std::move(*file));
  const auto held = lock->tryLock(spool::FileLock::Kind::Exclusive);
  if (!held.ok() || !*held) return std::nullopt;

  DroppedSegment dropped;
  std::uint64_t from = 0;
  if (const auto checkpoint = spool::readCheckpoint(*directory); checkpoint.ok() && *checkpoint) {
    if (candidate.name.number < (*checkpoint)->segment) from = UINT64_MAX;
    if (candidate.name.number == (*checkpoint)->segment) from = (*checkpoint)->offset;
  }
  const std::shared_ptr<const spool::File> shared(lock, &lock->file());
  if (auto reader = spool::SegmentReader::open(shared, candidate.writer, candidate.name.number); reader.ok()) {
    if (const auto summary = spool::summarize(std::move(*reader), from); summary.ok()) dropped.events = summary->events;
  }
  dropped.bytes = shared->size().ok() ? *shared->size() : 0;
  if (!directory->remove(name).ok()) return std::nullopt;
  return dropped;
}

}  // namespace xray::filetransport
