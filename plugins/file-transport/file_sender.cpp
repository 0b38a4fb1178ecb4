#include "file_sender.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace xray::filetransport {
namespace {

using std::chrono::steady_clock;

/// Of max_bytes: so that there is always a sealed segment to drop or to drain.
constexpr std::uint64_t kSegmentShare = 4;

}  // namespace

struct FileSender::Place {
  explicit Place(spool::Directory directory, std::uint64_t limit)
      : spool(std::move(directory)), room(spool, limit), oldest(spool) {}

  const spool::Directory spool;
  Room room;
  OldestSegments oldest;
  std::unique_ptr<Appender> appender;
};

FileSender::FileSender(SenderSettings settings) : settings_(std::move(settings)), process_(spool::forkGeneration()) {}

FileSender::~FileSender() {
  if (process_ != spool::forkGeneration() && place_) Appender::abandon(std::move(place_->appender));
}

Status FileSender::refusal(Deadline deadline) const {
  if (process_ != spool::forkGeneration()) {
    return {StatusCode::Unavailable, "file-transport: this sender belongs to the process that forked this one"};
  }
  if (cancelled_) return {StatusCode::Unavailable, "file-transport: cancelled"};
  if (steady_clock::now() >= deadline) {
    return {StatusCode::DeadlineExceeded, "file-transport: the deadline was over before the first try"};
  }
  return {};
}

Result<Receipt> FileSender::send(const Batch& batch, Deadline deadline) {
  if (Status status = refusal(deadline); !status.ok()) return status;
  if (batch.body.empty()) return Status(StatusCode::InvalidArgument, "file-transport: the batch is empty");
  if (batch.body.size() > spool::kMaxPayloadBytes) {
    return Status(StatusCode::TooLarge, "file-transport: a batch of " + std::to_string(batch.body.size()) +
                                            " bytes; at most " + std::to_string(spool::kMaxPayloadBytes) +
                                            " are taken");
  }
  std::uint32_t flags = 0;
  if (batch.format == BatchFormat::Json) flags |= spool::kFrameJson;
  std::string_view payload = batch.body;
  if (settings_.zstd) {
    if (const std::string_view packed = compressor_.pack(batch.body); !packed.empty()) {
      payload = packed;
      flags |= spool::kFrameZstd;
    }
  }
  auto receipt = write(flags, payload, spool::countEvents(batch), deadline);
  if (!receipt.ok()) {
    return Status(receipt.status().code(), "file-transport: " + receipt.status().message());
  }
  receipt->droppedEarlier = std::exchange(droppedEarlier_, 0);
  return receipt;
}

Status FileSender::openPlace() {
  if (place_ && place_->appender && !place_->appender->stillThere()) {
    const std::lock_guard lock(placeMu_);
    place_ = nullptr;
  }
  if (place_) return {};
  auto directory = spool::Directory::openOrMake(settings_.dir);
  if (!directory.ok()) return directory.status();
  const std::lock_guard lock(placeMu_);
  place_ = std::make_unique<Place>(std::move(*directory), settings_.maxBytes);
  return {};
}

Status FileSender::openAppender() {
  if (place_->appender) return {};
  auto writer = WriterDirectory::make(place_->spool);
  if (!writer.ok()) return writer.status();
  try {
    auto appender = std::make_unique<Appender>(std::move(*writer), settings_.appender);
    const std::lock_guard lock(placeMu_);
    place_->appender = std::move(appender);
    if (cancelled_) place_->appender->cancel();
  } catch (const std::system_error& error) {
    return {StatusCode::Unavailable, std::string("no thread is to be had: ") + error.what()};
  }
  return {};
}

Result<Receipt> FileSender::write(std::uint32_t flags, std::string_view payload, std::uint64_t events,
                                  Deadline deadline) {
  const std::uint64_t bytes = spool::kFrameHeaderBytes + payload.size();
  if (bytes + spool::kSegmentHeaderBytes > settings_.maxBytes) {
    return Status(StatusCode::TooLarge, "a batch of " + std::to_string(bytes) + " bytes in a spool of " +
                                            std::to_string(settings_.maxBytes) + " (max_bytes)");
  }
  while (true) {
    Status status = openPlace();
    if (status.ok()) status = makeRoom(bytes + spool::kSegmentHeaderBytes, deadline);
    if (status.ok()) status = openAppender();
    const auto grown = status.ok() ? place_->appender->append(flags, payload, deadline) : Result<std::uint64_t>(status);
    if (grown.ok()) {
      place_->room.wrote(*grown);
      Receipt receipt;
      receipt.accepted = events;
      return receipt;
    }
    status = grown.status();
    if (status.code() == StatusCode::NotFound) status = Status(StatusCode::Unavailable, status.message());
    if (status.code() != StatusCode::Overloaded) return status;
    // The disk may be full before the spool is.
    if (settings_.whenFull == WhenFull::DropOldest && place_) {
      const auto dropped = dropOldest();
      if (!dropped.ok()) return dropped.status();
      if (*dropped && steady_clock::now() < deadline) continue;
    }
    return whenFull(status);
  }
}

Status FileSender::makeRoom(std::uint64_t bytes, Deadline deadline) {
  Room& room = place_->room;
  while (!room.fits(bytes)) {
    const Status full(StatusCode::Overloaded, "the spool is full: it holds " + std::to_string(room.used()) +
                                                  " bytes, of " + std::to_string(room.limit()) + " (max_bytes)");
    if (settings_.whenFull != WhenFull::DropOldest || steady_clock::now() >= deadline) return full;
    auto dropped = dropOldest();
    if (dropped.ok() && !*dropped) {
      // What is being written may be all there is.
      if (!place_->appender) return full;
      if (Status status = place_->appender->seal(deadline); !status.ok()) return status;
      dropped = dropOldest();
    }
    if (!dropped.ok()) return dropped.status();
    if (!*dropped) return full;
  }
  return {};
}

Result<bool> FileSender::dropOldest() {
  const auto dropped = place_->oldest.dropOne();
  if (!dropped.ok()) return dropped.status();
  if (!*dropped) return false;
  place_->room.freed((*dropped)->bytes);
  droppedEarlier_ += (*dropped)->events;
  return true;
}

Result<Receipt> FileSender::whenFull(const Status& why) {
  if (settings_.whenFull != WhenFull::DropNewest) return why;
  Receipt receipt;
  receipt.dropped = true;
  return receipt;
}

Status FileSender::flush(Deadline deadline) {
  if (process_ != spool::forkGeneration()) return refusal(deadline);
  if (!place_ || !place_->appender) return {};
  const Status status = place_->appender->seal(deadline);
  return status.ok() ? status : Status(status.code(), "file-transport: " + status.message());
}

void FileSender::cancel() {
  cancelled_ = true;
  if (process_ != spool::forkGeneration()) return;
  const std::lock_guard lock(placeMu_);
  if (place_ && place_->appender) place_->appender->cancel();
}

Result<std::unique_ptr<Sender>> makeSender(const Options& options) {
  if (options.text("dir").empty()) return Status(StatusCode::InvalidArgument, "dir: must name a directory");
  const std::string& durability = options.text("durability");
  const std::string& whenFull = options.text("when_full");
  const auto maxBytes = static_cast<std::uint64_t>(options.integer("max_bytes"));
  SenderSettings settings{
      .dir = options.text("dir"),
      .appender = {.durability = durability == "always"     ? Durability::Always
                                 : durability == "interval" ? Durability::Interval
                                                            : Durability::Never,
                   .interval = options.duration("interval"),
                   .segmentBytes =
                       std::min(static_cast<std::uint64_t>(options.integer("segment_bytes")), maxBytes / kSegmentShare),
                   .sealAfter = options.duration("seal_after")},
      .zstd = options.text("compression") == "zstd",
      .maxBytes = maxBytes,
      .whenFull = whenFull == "block"         ? WhenFull::Block
                  : whenFull == "drop_newest" ? WhenFull::DropNewest
                                              : WhenFull::DropOldest};
  return std::unique_ptr<Sender>(std::make_unique<FileSender>(std::move(settings)));
}

}  // namespace xray::filetransport
