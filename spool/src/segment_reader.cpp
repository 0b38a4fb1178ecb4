#include "xray/spool/segment_reader.h"

#include <algorithm>

#include "xray/spool/crc32c.h"
#include "xray/spool/payload.h"

namespace xray::spool {
namespace {

constexpr std::size_t kSearchBytes = 64 * 1024;

}  // namespace

Result<SegmentReader> SegmentReader::open(std::shared_ptr<const File> file, Id writer, std::uint64_t number) {
  const auto size = file->size();
  if (!size.ok()) return size.status();
  SegmentReader reader(std::move(file), *size);
  if (Status status = reader.checkHeader(writer, number); !status.ok()) return status;
  return reader;
}

Status SegmentReader::checkHeader(Id writer, std::uint64_t number) {
  std::string bytes;
  if (Status status = file_->readAt(0, kSegmentHeaderBytes, bytes); !status.ok()) return status;
  const auto header = decodeSegmentHeader(bytes);
  if (!header) {
    headerDamage_ = "the segment's header is damaged";
  } else if (header->version != kFormatVersion) {
    return {StatusCode::NotSupported, "version " + std::to_string(header->version) +
                                          " of the format; this program reads " + std::to_string(kFormatVersion)};
  } else if (header->writer != writer || header->number != number) {
    headerDamage_ =
        "the header is that of segment " + hexNumber(header->number) + " of writer " + header->writer.toString();
  } else {
    offset_ = kSegmentHeaderBytes;
  }
  return {};
}

void SegmentReader::seek(std::uint64_t offset) {
  offset_ = std::min(offset, size_);
}

Result<Frame> SegmentReader::readFrame(const File& file, std::uint64_t offset) {
  std::string bytes;
  if (Status status = file.readAt(offset, kFrameHeaderBytes, bytes); !status.ok()) return status;
  const auto header = decodeFrameHeader(bytes);
  const auto size = file.size();
  if (!size.ok()) return size.status();
  // The length is checked first: it must not make us hold a gigabyte for a file of some bytes.
  if (!header || *size < offset + kFrameHeaderBytes || *size - offset - kFrameHeaderBytes < header->payloadBytes) {
    return Status(StatusCode::NotFound, "no whole frame");
  }
  Frame frame{offset, offset + kFrameHeaderBytes + header->payloadBytes, header->flags, {}};
  if (Status status = file.readAt(offset + kFrameHeaderBytes, header->payloadBytes, frame.payload); !status.ok()) {
    return status;
  }
  if (frame.payload.size() != header->payloadBytes || crc32c(frame.payload) != header->payloadCrc) {
    return Status(StatusCode::NotFound, "the payload's checksum is wrong");
  }
  return frame;
}

Result<SegmentReader::Piece> SegmentReader::next() {
  if (offset_ >= size_) return Piece(EndOfSegment{});
  std::string reason = std::exchange(headerDamage_, {});
  if (reason.empty()) {
    auto frame = readFrame(*file_, offset_);
    if (frame.ok() && frame->end <= size_) {
      offset_ = frame->end;
      return Piece(std::move(*frame));
    }
    if (!frame.ok() && frame.status().code() != StatusCode::NotFound) return frame.status();
    reason = frame.ok() ? "no whole frame" : frame.status().message();
  }
  std::string header;
  if (Status status = file_->readAt(offset_, kFrameHeaderBytes, header); !status.ok()) return status;
  const auto end = endOfDamage(header);
  if (!end.ok()) return end.status();
  const std::uint64_t begin = std::exchange(offset_, *end);
  return Piece(Damage{begin, *end, std::move(reason)});
}

Result<std::uint64_t> SegmentReader::endOfDamage(const std::string& headerBytes) const {
  // A header that is right tells where the next frame begins, whatever became of its payload.
  if (const auto header = decodeFrameHeader(headerBytes)) {
    const std::uint64_t end = offset_ + kFrameHeaderBytes + header->payloadBytes;
    std::string next;
    if (end == size_) return end;
    if (end < size_) {
      if (Status status = file_->readAt(end, kFrameHeaderBytes, next); !status.ok()) return status;
      if (decodeFrameHeader(next)) return end;
    }
  }
  return findFrame(offset_ + 1);
}

Result<std::uint64_t> SegmentReader::findFrame(std::uint64_t from) const {
  std::string bytes;
  while (from + kFrameHeaderBytes <= size_) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kSearchBytes, size_ - from));
    if (Status status = file_->readAt(from, wanted, bytes); !status.ok()) return status;
    if (bytes.size() < kFrameHeaderBytes) break;
    const std::size_t last = bytes.size() - kFrameHeaderBytes;  // headers that begin later are seen the next time
    for (std::size_t at = bytes.find(kFrameMagic); at <= last; at = bytes.find(kFrameMagic, at + 1)) {
      if (!decodeFrameHeader(std::string_view(bytes).substr(at))) continue;
      const auto frame = readFrame(*file_, from + at);
      if (frame.ok() && frame->end <= size_) return from + at;
      if (!frame.ok() && frame.status().code() != StatusCode::NotFound) return frame.status();
    }
    from += last + 1;
  }
  return size_;
}

Result<SegmentSummary> summarize(SegmentReader reader, std::uint64_t offset) {
  SegmentSummary summary;
  summary.end = reader.offset();
  if (offset > reader.offset()) reader.seek(offset);
  std::uint64_t damagesSoFar = 0;
  while (true) {
    auto piece = reader.next();
    if (!piece.ok()) return piece.status();
    if (std::holds_alternative<EndOfSegment>(*piece)) break;
    if (std::holds_alternative<Damage>(*piece)) {
      ++damagesSoFar;
      continue;
    }
    Frame& frame = std::get<Frame>(*piece);
    summary.end = frame.end;
    summary.damages = damagesSoFar;
    ++summary.batches;
    if (const auto batch = unpack(frame.flags, std::move(frame.payload)); batch.ok())
      summary.events += countEvents(*batch);
  }
  summary.tailBytes = reader.size() - std::min(reader.size(), summary.end);
  return summary;
}

}  // namespace xray::spool
