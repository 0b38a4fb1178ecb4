// WriterDrain's part that lists, adopts and clears away files.
#include <fcntl.h>

#include <algorithm>

#include "log.h"
#include "writer_drain.h"
#include "xray/spool/spool_listing.h"

namespace xray::filetransport {

using spool::SegmentName;
using spool::SegmentState;

Status WriterDrain::look() {
  if (current_ || !ready_.empty()) return {};
  worked_ = false;
  if (!claim_) {
    const auto claimed = claim();
    if (!claimed.ok() || !*claimed) return claimed.status();
  }
  const std::lock_guard lock(listing_);
  return list();
}

/// Becomes the reader, and finds out how far the one before it came.
Result<bool> WriterDrain::claim() {
  // Not for writing: closing it would wake all who watch for the end of a writer.
  auto file = directory_.openFile(spool::kReaderLock, O_RDONLY | O_CREAT);
  if (!file.ok()) return file.status();
  auto lock = std::make_unique<spool::FileLock>(std::move(*file));
  const auto held = lock->tryLock(spool::FileLock::Kind::Exclusive);
  if (!held.ok() || !*held) return held;
  const auto checkpoint = spool::readCheckpoint(directory_);
  if (!checkpoint.ok() && checkpoint.status().code() != StatusCode::InvalidArgument) return checkpoint.status();
  if (!checkpoint.ok()) {
    logWarning(checkpoint.status().message() + "; what it covered is read once more");
    gapsKnown_ = false;
  }
  consumed_ = durable_ = checkpoint.ok() ? checkpoint->value_or(spool::Checkpoint()) : spool::Checkpoint();
  next_ = consumed_.segment;
  claim_ = std::move(lock);
  return true;
}

Status WriterDrain::list() {
  // Before the listing: what a writer leaves is complete when it is seen to be gone.
  if (!dead()) {
    if (const auto adopted = adoptWriter(); !adopted.ok()) return adopted.status();
  }
  const auto segments = spool::listSegments(directory_);
  if (!segments.ok()) return segments.status();
  for (const spool::ListedSegment& segment : *segments) {
    const std::uint64_t number = segment.name.number;
    if (number < next_) {
      clearLate(segment);
      continue;
    }
    if (segment.name.state == SegmentState::Sealed) {
      ready_.push_back(segment.name);
    } else if (dead()) {
      const auto adopted = adopt(segment.name);
      if (!adopted.ok()) return adopted.status();
      if (*adopted) ready_.push_back({number, SegmentState::Sealed});
    }
  }
  firstList_ = false;
  return {};
}

/// Takes the LOCK of a writer that is gone. False: it lives, or somebody just looks whether it does.
Result<bool> WriterDrain::adoptWriter() {
  // Made where there is none yet. Not for writing, as READER.
  auto file = directory_.openFile(spool::kWriterLock, O_RDONLY | O_CREAT);
  if (!file.ok()) return file.status();
  auto lock = std::make_unique<spool::FileLock>(std::move(*file));
  const auto held = lock->tryLock(spool::FileLock::Kind::Exclusive);
  if (held.ok() && *held) adopted_ = std::move(lock);
  return held;
}

/// A segment before the place where reading goes on.
void WriterDrain::clearLate(const spool::ListedSegment& segment) {
  const std::uint64_t number = segment.name.number;
  if (number >= consumed_.segment) return;  // read, and not yet settled
  if (firstList_) {
    // The reader before this one made a checkpoint behind it and ended before it could delete it.
    done_.push_back(number);
    doneBytes_ += segment.bytes;
  } else if (std::find(done_.begin(), done_.end(), number) == done_.end()) {
    setAsideCount_.fetch_add(1, std::memory_order_relaxed);
    say("segment " + spool::hexNumber(number) + " came after later ones were read",
        quarantine_.moveHere(placeOf(number, 0), directory_, segment.name.toString()));
  }
}

/// Seals what a dead writer left open. False: there was nothing in it.
Result<bool> WriterDrain::adopt(const SegmentName& name) {
  auto opened = directory_.openFile(name.toString(), O_RDWR);
  if (!opened.ok()) return opened.status();
  const auto lock = std::make_shared<spool::FileLock>(std::move(*opened));
  const auto held = lock->tryLock(spool::FileLock::Kind::Exclusive);
  if (!held.ok()) return held.status();
  if (!*held) return Status(StatusCode::Unavailable, directory_.pathOf(name.toString()) + ": somebody else has it");
  const std::shared_ptr<const spool::File> file(lock, &lock->file());
  auto reader = spool::SegmentReader::open(file, writer_, name.number);
  if (reader.ok()) {
    const auto summary = spool::summarize(std::move(*reader));
    if (!summary.ok()) return summary.status();
    if (Status status = cutTail(*file, name.number, *summary); !status.ok()) return status;
    if (summary->batches == 0) {
      if (Status status = directory_.remove(name.toString()); !status.ok()) return status;
      return false;
    }
  } else if (reader.status().code() != StatusCode::NotSupported) {
    return reader.status();
  }
  if (Status status = file->sync(); !status.ok()) return status;
  const SegmentName sealed{name.number, SegmentState::Sealed};
  if (Status status = directory_.rename(name.toString(), sealed.toString(), false); !status.ok()) return status;
  if (Status status = directory_.sync(); !status.ok()) return status;
  return true;
}

/// A frame that was being written when its writer died; nobody was told that it was taken.
Status WriterDrain::cutTail(const spool::File& file, std::uint64_t segment, const spool::SegmentSummary& summary) {
  if (summary.tailBytes == 0) return {};
  const Status kept =
      quarantine_.keepRange(placeOf(segment, summary.end), "torn", file, summary.end + summary.tailBytes);
  count("segment " + spool::hexNumber(segment) + ": the last " + std::to_string(summary.tailBytes) +
            " bytes were torn when its writer died",
        kept);
  return file.truncate(summary.end);
}

Status WriterDrain::checkpoint() {
  if (consumed_ != durable_) {
    Status status = spool::writeCheckpoint(directory_, consumed_);
    // On a full disk, only what is deleted makes room for it; what is consumed is durable behind the sink.
    if (status.code() == StatusCode::Overloaded && !done_.empty()) {
      (void)finishDone();
      status = spool::writeCheckpoint(directory_, consumed_);
    }
    if (!status.ok()) return status;
    durable_ = consumed_;
  }
  return finishDone();
}

Status WriterDrain::finishDone() {
  // In their order, so that there is never a gap between those that are left.
  while (!done_.empty()) {
    const std::string name = SegmentName{done_.front(), SegmentState::Sealed}.toString();
    const Status status = settings_.archive ? archive(name) : directory_.remove(name);
    if (!status.ok() && status.code() != StatusCode::NotFound) return status;
    done_.pop_front();
  }
  doneBytes_ = 0;
  return {};
}

Status WriterDrain::archive(const std::string& name) {
  if (!archive_.isOpen()) {
    const auto all = spool_.openOrMakeChild(spool::kArchiveFolder);
    if (!all.ok()) return all.status();
    auto own = all->openOrMakeChild(writer_.toString());
    if (!own.ok()) return own.status();
    archive_ = std::move(*own);
  }
  return directory_.moveTo(name, archive_, name);
}

bool WriterDrain::drained() const {
  return claim_ && dead() && !worked_ && !current_ && ready_.empty() && outstanding_ == 0 && !hasProgress();
}

Result<bool> WriterDrain::removeDirectory() {
  const auto names = directory_.list();
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!spool::isHousekeeping(name)) return false;
  }
  for (const char* name : {spool::kCheckpoint, spool::kCheckpointDraft, spool::kReaderLock, spool::kWriterLock}) {
    if (Status status = directory_.remove(name); !status.ok() && status.code() != StatusCode::NotFound) return status;
  }
  if (Status status = spool_.removeChild(writer_.toString()); !status.ok()) {
    // A sender may have begun to use it since its LOCK was removed: then it lives, and is looked at anew.
    adopted_.reset();
    claim_.reset();
    return status;
  }
  return true;
}

}  // namespace xray::filetransport
