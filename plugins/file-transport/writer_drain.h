#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "quarantine.h"
#include "xray/spool/checkpoint.h"
#include "xray/spool/file_lock.h"
#include "xray/spool/segment_reader.h"
#include "xray/spool/spool_listing.h"
#include "xray/transport.h"

namespace xray::filetransport {

struct DrainSettings {
  bool archive = false;  // else delete
  std::size_t maxBatchBytes = 0;
};

/// Reads the segments of one writer in order: those that are sealed, and all once the writer is gone. Of several
/// readers one at a time; the others wait for its READER lock. What is damaged goes to the quarantine and never stops
/// it.
///
/// One thread at a time. Lifetime: borrows the spool and what is shared.
class WriterDrain {
 public:
  /// What all drains of a spool use.
  struct Shared {
    Quarantine& quarantine;
    std::atomic<std::uint64_t>& setAside;
    std::mutex& listing;  // held while files get other names, so that who lists them misses none
  };

  WriterDrain(const spool::Directory& spool, spool::Directory directory, Id writer, const DrainSettings& settings,
              const Shared& shared);

  /// What was read at one place; settled when nothing of it is needed any more.
  struct Piece {
    std::shared_ptr<const spool::File> file;
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    spool::Checkpoint after;     // of the writer, once it and all before it are settled
    std::optional<Batch> batch;  // nothing: there is nothing to store
    bool endsSegment = false;
  };

  /// Tries to become the one who reads, and looks for segments, unless it has some already.
  ///   any failure  try again later
  Status look();
  /// The next piece, or nothing when there is none now.
  ///   any failure  of the disk; the same piece is tried again
  Result<std::optional<Piece>> next();

  /// The batch of a piece, read again. InvalidArgument, NotFound: it is damaged by now.
  Result<Batch> readAgain(const Piece& piece) const;
  /// Keeps a batch that the sink refused for good. On failure it is not kept.
  Status setAside(const Piece& piece, const std::string& why);
  /// A piece that cannot be read a second time.
  void lost(const Piece& piece, const std::string& why);
  /// Pieces are settled in the order of next().
  void settle(const Piece& piece);

  const spool::Checkpoint& consumed() const { return consumed_; }
  /// Bytes of segments that are consumed and still there.
  std::uint64_t doneBytes() const { return doneBytes_; }
  bool hasProgress() const { return consumed_ != durable_ || !done_.empty(); }
  /// Makes the progress durable, then deletes or archives the segments that are consumed.
  Status checkpoint();

  Id writer() const { return writer_; }
  bool claimed() const { return claim_ != nullptr; }
  bool dead() const { return adopted_ != nullptr; }
  /// The writer is gone and everything of it is consumed.
  bool drained() const;
  /// Removes the directory of a drained writer. False: there is something in it that is not ours, so it stays.
  Result<bool> removeDirectory();

 private:
  struct Current {
    std::uint64_t number;
    spool::SegmentReader reader;
  };

  Result<bool> claim();
  Status list();
  Result<bool> adoptWriter();
  void clearLate(const spool::ListedSegment& segment);
  Result<bool> adopt(const spool::SegmentName& name);
  Status cutTail(const spool::File& file, std::uint64_t segment, const spool::SegmentSummary& summary);
  std::optional<Piece> openNext();
  Piece skipSegment(std::uint64_t number) const;
  Piece moveAway(std::uint64_t number, const std::string& why);
  Result<std::optional<Piece>> takeNext();
  Result<std::optional<Piece>> take(spool::Frame frame);
  Piece take(const spool::Damage& damage);
  void noteMissing(std::uint64_t from, std::uint64_t to);
  void count(const std::string& what, const Status& kept);
  void say(const std::string& what, const Status& kept) const;
  Quarantine::Place placeOf(std::uint64_t segment, std::uint64_t offset) const { return {writer_, segment, offset}; }
  Status finishDone();
  Status archive(const std::string& name);

  const spool::Directory& spool_;
  const spool::Directory directory_;
  const Id writer_;
  const DrainSettings settings_;
  Quarantine& quarantine_;
  std::atomic<std::uint64_t>& setAsideCount_;
  std::mutex& listing_;

  std::unique_ptr<spool::FileLock> claim_;  // READER
  /// LOCK of a writer that is gone, held: a sender that has made its directory and not locked it yet must make another.
  std::unique_ptr<spool::FileLock> adopted_;
  bool worked_ = false;  // since the last look
  bool firstList_ = true;
  bool gapsKnown_ = true;  // whether next_ tells that a segment before the first one is missing
  std::deque<spool::SegmentName> ready_;
  std::uint64_t next_ = 0;  // number that comes next
  std::optional<Current> current_;
  std::size_t outstanding_ = 0;  // pieces that are not settled

  spool::Checkpoint consumed_;
  spool::Checkpoint durable_;
  std::deque<std::uint64_t> done_;  // numbers of consumed segments that are still there
  std::uint64_t doneBytes_ = 0;
  spool::Directory archive_;
};

}  // namespace xray::filetransport
