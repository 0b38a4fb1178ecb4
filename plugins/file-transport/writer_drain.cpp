#include "writer_drain.h"

#include <fcntl.h>

#include <algorithm>

#include "log.h"
#include "xray/spool/payload.h"
#include "xray/spool/spool_listing.h"

namespace xray::filetransport {

using spool::SegmentName;
using spool::SegmentState;

WriterDrain::WriterDrain(const spool::Directory& spool, spool::Directory directory, Id writer,
                         const DrainSettings& settings, const Shared& shared)
    : spool_(spool),
      directory_(std::move(directory)),
      writer_(writer),
      settings_(settings),
      quarantine_(shared.quarantine),
      setAsideCount_(shared.setAside),
      listing_(shared.listing) {}

void WriterDrain::count(const std::string& what, const Status& kept) {
  setAsideCount_.fetch_add(1, std::memory_order_relaxed);
  say(what, kept);
}

void WriterDrain::say(const std::string& what, const Status& kept) const {
  logWarning("writer " + writer_.toString() + ": " + what +
             (kept.ok() ? "" : "; it could not be kept: " + kept.message()));
}

Result<std::optional<WriterDrain::Piece>> WriterDrain::next() {
  if (!current_ && ready_.empty() && worked_) {
    if (Status status = look(); !status.ok()) return status;
  }
  if (!current_ && ready_.empty()) return std::optional<Piece>();
  worked_ = true;
  if (!current_) {
    if (auto skipped = openNext()) {
      ++outstanding_;
      return skipped;
    }
  }
  const std::uint64_t before = current_->reader.offset();
  try {
    auto taken = takeNext();
    if (taken.ok()) ++outstanding_;
    return taken;
  } catch (const std::exception& error) {
    if (current_) current_->reader.seek(before);
    return Status(StatusCode::Unavailable, error.what());
  }
}

Result<std::optional<WriterDrain::Piece>> WriterDrain::takeNext() {
  auto piece = current_->reader.next();
  if (!piece.ok()) return std::optional(moveAway(current_->number, piece.status().message()));
  if (auto* frame = std::get_if<spool::Frame>(&*piece)) return take(std::move(*frame));
  if (const auto* damage = std::get_if<spool::Damage>(&*piece)) return std::optional(take(*damage));
  Piece end = skipSegment(current_->number);
  end.endsSegment = true;
  end.offset = current_->reader.size();
  current_.reset();
  return std::optional(std::move(end));
}

Result<std::optional<WriterDrain::Piece>> WriterDrain::take(spool::Frame frame) {
  const auto& file = current_->reader.file();
  Piece piece{file, current_->number, frame.offset, {current_->number, frame.end}, {}, false};
  auto batch = spool::unpack(frame.flags, std::move(frame.payload), settings_.maxBatchBytes);
  if (batch.ok()) {
    piece.batch = std::move(*batch);
    return std::optional(std::move(piece));
  }
  const Status kept = quarantine_.keepRange(placeOf(piece.segment, piece.offset), "refused", *file, frame.end);
  if (!kept.ok()) {
    // A whole batch, not rubbish: it stays where it is until there is room for it.
    current_->reader.seek(frame.offset);
    return kept;
  }
  count("segment " + spool::hexNumber(piece.segment) + ", offset " + std::to_string(piece.offset) + ": " +
            batch.status().message(),
        kept);
  return std::optional(std::move(piece));
}

WriterDrain::Piece WriterDrain::take(const spool::Damage& damage) {
  const auto& file = current_->reader.file();
  const Status kept = quarantine_.keepRange(placeOf(current_->number, damage.offset), "damaged", *file, damage.end);
  count("segment " + spool::hexNumber(current_->number) + " is damaged at offset " + std::to_string(damage.offset) +
            " (" + std::to_string(damage.end - damage.offset) + " bytes): " + damage.reason,
        kept);
  return {file, current_->number, damage.offset, {current_->number, damage.end}, {}, false};
}

WriterDrain::Piece WriterDrain::skipSegment(std::uint64_t number) const {
  return {nullptr, number, 0, {number + 1, 0}, {}, false};
}

WriterDrain::Piece WriterDrain::moveAway(std::uint64_t number, const std::string& why) {
  const std::string name = SegmentName{number, SegmentState::Sealed}.toString();
  // Counted first: who sees that nothing waits any more must see this too.
  setAsideCount_.fetch_add(1, std::memory_order_relaxed);
  say("segment " + spool::hexNumber(number) + " cannot be read: " + why,
      quarantine_.moveHere(placeOf(number, 0), directory_, name));
  current_.reset();
  return skipSegment(number);
}

/// Opens the next segment; a piece when it is passed over.
std::optional<WriterDrain::Piece> WriterDrain::openNext() {
  const SegmentName name = ready_.front();
  ready_.pop_front();
  if (gapsKnown_ && name.number > next_) noteMissing(next_, name.number - 1);
  gapsKnown_ = true;
  next_ = name.number + 1;

  auto file = directory_.openFile(name.toString(), O_RDONLY);
  if (!file.ok() && file.status().code() != StatusCode::NotFound) return moveAway(name.number, file.status().message());
  // Held while the segment is read, so that a full spool drops another one.
  const auto lock = file.ok() ? std::make_shared<spool::FileLock>(std::move(*file)) : nullptr;
  if (const auto held = lock ? lock->tryLock(spool::FileLock::Kind::Shared) : Result<bool>(false);
      held.ok() && !*held) {
    noteMissing(name.number, name.number);
    return skipSegment(name.number);
  }
  const std::shared_ptr<const spool::File> shared(lock, &lock->file());
  auto reader = spool::SegmentReader::open(shared, writer_, name.number);
  if (!reader.ok()) return moveAway(name.number, reader.status().message());
  if (name.number == consumed_.segment && consumed_.offset > 0) reader->seek(consumed_.offset);
  current_.emplace(Current{name.number, std::move(*reader)});
  return std::nullopt;
}

void WriterDrain::noteMissing(std::uint64_t from, std::uint64_t to) {
  const std::string what = from == to
                               ? "segment " + spool::hexNumber(from) + " is missing"
                               : "segments " + spool::hexNumber(from) + " to " + spool::hexNumber(to) + " are missing";
  count(what, quarantine_.keep(placeOf(from, 0), "missing", what + "\n"));
}

Result<Batch> WriterDrain::readAgain(const Piece& piece) const {
  auto frame = spool::SegmentReader::readFrame(*piece.file, piece.offset);
  if (!frame.ok()) return frame.status();
  return spool::unpack(frame->flags, std::move(frame->payload), settings_.maxBatchBytes);
}

Status WriterDrain::setAside(const Piece& piece, const std::string& why) {
  const auto batch = readAgain(piece);
  if (!batch.ok()) {
    lost(piece, batch.status().message());
    return {};
  }
  if (Status status = quarantine_.keep(placeOf(piece.segment, piece.offset), "refused", batch->body); !status.ok()) {
    return status;
  }
  count("segment " + spool::hexNumber(piece.segment) + ", offset " + std::to_string(piece.offset) +
            ": a batch was refused: " + why,
        {});
  return {};
}

void WriterDrain::lost(const Piece& piece, const std::string& why) {
  count("segment " + spool::hexNumber(piece.segment) + ", offset " + std::to_string(piece.offset) +
            ": a batch cannot be read again: " + why,
        {});
}

void WriterDrain::settle(const Piece& piece) {
  --outstanding_;
  consumed_ = piece.after;
  if (!piece.endsSegment) return;
  done_.push_back(piece.segment);
  doneBytes_ += piece.offset;
}

}  // namespace xray::filetransport
