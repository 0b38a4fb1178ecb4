#include "xray/spool/segment_writer.h"

#include <fcntl.h>

#include "xray/spool/crc32c.h"

namespace xray::spool {

Result<std::shared_ptr<SegmentWriter>> SegmentWriter::create(const Directory& directory, Id writer,
                                                             std::uint64_t number) {
  const SegmentName name{number, SegmentState::Open};
  auto file = directory.openFile(name.toString(), O_RDWR | O_CREAT | O_TRUNC);
  if (!file.ok()) return file.status();
  const auto header = encode(SegmentHeader{kFormatVersion, writer, number});
  if (Status status = file->writeAt(0, {header.data(), header.size()}); !status.ok()) {
    (void)directory.remove(name.toString());
    return Status(status.code(), directory.pathOf(name.toString()) + ": " + status.message());
  }
  std::shared_ptr<SegmentWriter> segment(new SegmentWriter(directory, std::move(*file), name));
  segment->end_ = header.size();
  return segment;
}

Status SegmentWriter::append(std::uint32_t flags, std::string_view payload) {
  const auto header = encode(FrameHeader{flags, static_cast<std::uint32_t>(payload.size()), crc32c(payload)});
  const std::uint64_t end = end_.load(std::memory_order_relaxed);
  if (Status status = file_.writeAt(end, {header.data(), header.size()}, payload); !status.ok()) {
    // Should even this fail, the next frame is written over the torn one.
    (void)file_.truncate(end);
    return Status(status.code(), directory_.pathOf(name_.toString()) + ": " + status.message());
  }
  end_.store(end + header.size() + payload.size(), std::memory_order_relaxed);
  return {};
}

Status SegmentWriter::sync() {
  const Status status = file_.syncData();
  return status.ok() ? status : Status(status.code(), directory_.pathOf(name_.toString()) + ": " + status.message());
}

Status SegmentWriter::seal() {
  if (!hasFrames()) {
    const Status status = directory_.remove(name_.toString());
    return status.code() == StatusCode::NotFound ? Status() : status;
  }
  const SegmentName sealed{name_.number, SegmentState::Sealed};
  if (Status status = file_.sync(); !status.ok()) {
    return Status(status.code(), directory_.pathOf(name_.toString()) + ": " + status.message());
  }
  if (!renamed_) {
    if (Status status = directory_.rename(name_.toString(), sealed.toString(), false); !status.ok()) return status;
    renamed_ = true;
  }
  return directory_.sync();
}

}  // namespace xray::spool
