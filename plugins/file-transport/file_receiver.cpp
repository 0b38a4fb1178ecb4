#include "file_receiver.h"

#include <system_error>

#include "xray/spool/checkpoint.h"
#include "xray/spool/file_lock.h"
#include "xray/spool/spool_listing.h"

namespace xray::filetransport {
namespace {

/// Adds what one writer's directory holds beyond what was consumed.
void addBacklog(const spool::Directory& directory, const spool::Checkpoint& consumed, Backlog& backlog) {
  const auto alive = spool::isWriterAlive(directory);
  const auto segments = spool::listSegments(directory);
  if (!alive.ok() || !segments.ok()) return;
  for (const spool::ListedSegment& segment : *segments) {
    if (segment.name.state == spool::SegmentState::Open && *alive) {
      backlog.openBytes += segment.bytes;
      continue;
    }
    if (segment.name.number < consumed.segment) continue;
    const std::uint64_t read = segment.name.number == consumed.segment ? consumed.offset : 0;
    backlog.bytes += segment.bytes > read ? segment.bytes - read : 0;
  }
}

}  // namespace

FileReceiver::FileReceiver(std::filesystem::path dir, const LoopSettings& settings)
    : dir_(std::move(dir)), settings_(settings), process_(spool::forkGeneration()) {}

FileReceiver::~FileReceiver() {
  // Its thread runs in the parent alone, so it cannot be destroyed here.
  if (inChild()) static_cast<void>(loop_.release());
}

bool FileReceiver::inChild() const {
  return process_ != spool::forkGeneration();
}

Status FileReceiver::start(Sink& sink) {
  if (inChild()) return {StatusCode::Unavailable, "file-transport: this receiver belongs to another process"};
  auto directory = spool::Directory::openOrMake(dir_);
  if (!directory.ok()) return {StatusCode::InvalidArgument, "dir: " + directory.status().message()};
  const std::filesystem::path path = directory->path();
  try {
    loop_ = std::make_unique<DrainLoop>(path, std::make_shared<const spool::Directory>(std::move(*directory)),
                                        settings_, sink);
  } catch (const std::system_error& error) {
    return {StatusCode::Unavailable, std::string("file-transport: no thread is to be had: ") + error.what()};
  }
  return {};
}

Status FileReceiver::stop(Deadline deadline) {
  return loop_ && !inChild() ? loop_->stop(deadline) : Status();
}

std::string FileReceiver::endpoint() const {
  return dir_.string();
}

Result<Backlog> FileReceiver::backlog() const {
  if (!loop_ || inChild()) return Status(StatusCode::Closed, "file-transport: not started");
  const std::lock_guard lock(loop_->listing());
  Backlog backlog;
  // Before the listing: what is consumed meanwhile is counted as waiting, never the other way round.
  const auto consumed = loop_->consumed();
  const auto spool = loop_->directory();
  const auto writers = spool::listWriters(*spool);
  if (!writers.ok()) return writers.status();
  for (const Id& writer : *writers) {
    const auto directory = spool->openChild(writer.toString());
    if (!directory.ok()) continue;
    const auto known = consumed.find(writer);
    if (known != consumed.end()) {
      addBacklog(*directory, known->second, backlog);
      continue;
    }
    const auto checkpoint = spool::readCheckpoint(*directory);
    addBacklog(*directory, checkpoint.ok() ? checkpoint->value_or(spool::Checkpoint()) : spool::Checkpoint(), backlog);
  }
  backlog.setAside = loop_->setAside();
  return backlog;
}

Result<std::unique_ptr<Receiver>> makeReceiver(const Options& options) {
  if (options.text("dir").empty()) return Status(StatusCode::InvalidArgument, "dir: must name a directory");
  const LoopSettings settings{.drain = {.archive = options.text("after") == "archive",
                                        .maxBatchBytes = static_cast<std::size_t>(options.integer("max_batch_bytes"))},
                              .pollInterval = options.duration("poll_interval"),
                              .inFlight = static_cast<std::size_t>(options.integer("in_flight"))};
  return std::unique_ptr<Receiver>(std::make_unique<FileReceiver>(options.text("dir"), settings));
}

}  // namespace xray::filetransport
