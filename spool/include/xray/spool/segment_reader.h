#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "xray/spool/directory.h"
#include "xray/spool/format.h"

namespace xray::spool {

/// A whole frame and where it lies in its segment.
struct Frame {
  std::uint64_t offset = 0;
  std::uint64_t end = 0;
  std::uint32_t flags = 0;
  std::string payload;
};

/// Bytes that are no frame.
struct Damage {
  std::uint64_t offset = 0;
  std::uint64_t end = 0;
  std::string reason;
};

struct EndOfSegment {};

/// Reads a segment from its beginning, or from where somebody stopped. Where bytes are damaged it tells them and goes
/// on at the next whole frame. What was appended after it was made is not seen.
///
/// One thread at a time.
class SegmentReader {
 public:
  /// `file` is read from byte 0; `writer` and `number` are what its place in the spool says that its header has to say.
  ///   NotSupported  a newer version of the format
  ///   Unavailable   the file cannot be read
  static Result<SegmentReader> open(std::shared_ptr<const File> file, Id writer, std::uint64_t number);

  using Piece = std::variant<EndOfSegment, Frame, Damage>;
  /// What comes next. A header that is damaged or another segment's is a Damage, the frames behind it are read.
  ///   Unavailable  the file cannot be read
  Result<Piece> next();

  /// Everything before it was returned by next().
  std::uint64_t offset() const { return offset_; }
  /// Goes on at the end of a piece that was read earlier; an offset beyond the end is the end.
  void seek(std::uint64_t offset);
  /// Of the segment, as it was when this was made.
  std::uint64_t size() const { return size_; }
  const std::shared_ptr<const File>& file() const { return file_; }

  /// The frame at an offset, read again.
  ///   NotFound     there is no whole frame
  ///   Unavailable  the file cannot be read
  static Result<Frame> readFrame(const File& file, std::uint64_t offset);

 private:
  SegmentReader(std::shared_ptr<const File> file, std::uint64_t size) : file_(std::move(file)), size_(size) {}
  Status checkHeader(Id writer, std::uint64_t number);
  /// Where a whole frame begins, at `from` or after it; size_ when there is none.
  Result<std::uint64_t> findFrame(std::uint64_t from) const;
  /// The end of the damage that begins at offset_.
  Result<std::uint64_t> endOfDamage(const std::string& headerBytes) const;

  std::shared_ptr<const File> file_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
  std::string headerDamage_;  // empty: none
};

/// The batches of a segment as text files have lines: the end of its last whole frame, and how many events come before
/// it. Used by those who adopt, list or drop it.
struct SegmentSummary {
  std::uint64_t end = 0;  // of the last whole frame; of the header when there is none; 0 when that is damaged too
  std::uint64_t batches = 0;
  std::uint64_t events = 0;
  std::uint64_t damages = 0;    // those after the last whole frame not among them
  std::uint64_t tailBytes = 0;  // after the last whole frame
};

/// Reads a whole segment, frames from `offset` on counted.
Result<SegmentSummary> summarize(SegmentReader reader, std::uint64_t offset = 0);

}  // namespace xray::spool
