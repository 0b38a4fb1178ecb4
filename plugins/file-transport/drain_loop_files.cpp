// DrainLoop's part that finds writers, makes checkpoints and clears away.
#include <algorithm>

#include "drain_loop.h"
#include "log.h"
#include "xray/spool/spool_listing.h"

namespace xray::filetransport {
namespace {

using std::chrono::steady_clock;

/// Between checkpoints while there is something to read: what is read again after a kill does no harm.
constexpr std::chrono::milliseconds kCheckpointEvery{500};

}  // namespace

void DrainLoop::checkpoint() {
  for (const auto& drain : drains_) {
    if (!drain->hasProgress()) continue;
    if (const Status status = drain->checkpoint(); !status.ok()) sayOnce("no checkpoint: " + status.message());
  }
  checkpointAt_ = steady_clock::now() + kCheckpointEvery;
}

void DrainLoop::removeDrained() {
  for (auto drain = drains_.begin(); drain != drains_.end();) {
    if (!(*drain)->drained()) {
      ++drain;
      continue;
    }
    const Id writer = (*drain)->writer();
    const auto removed = (*drain)->removeDirectory();
    if (!removed.ok()) {
      ++drain;  // the next time
      continue;
    }
    if (!*removed) {
      sayOnce("the directory of writer " + writer.toString() + " stays, because there is something else in it");
      ++drain;
      continue;
    }
    drain = drains_.erase(drain);
    const std::lock_guard lock(mu_);
    consumed_.erase(writer);
  }
}

void DrainLoop::lookAround() {
  lookedAt_ = steady_clock::now();
  lookAt_ = lookedAt_ + settings_.pollInterval;
  if (!spool_->stillThere()) openSpool();
  addWriters();
  for (const auto& drain : drains_) {
    if (const Status status = drain->look(); !status.ok()) sayOnce(status.message());
  }
}

/// Somebody removed the spool; a sender may make it anew.
void DrainLoop::openSpool() {
  auto opened = spool::Directory::openOrMake(dir_);
  if (!opened.ok()) return sayOnce(opened.status().message());
  if (inFlight_ > 0) return;  // the next time
  const std::lock_guard listing(listing_);
  window_.clear();
  drains_.clear();
  const auto spool = std::make_shared<const spool::Directory>(std::move(*opened));
  quarantine_ = std::make_unique<Quarantine>(*spool);
  watch_.watchSpool(dir_);
  const std::lock_guard lock(mu_);
  spool_ = spool;
  consumed_.clear();
}

void DrainLoop::addWriters() {
  std::vector<std::string> ignored;
  const auto writers = spool::listWriters(*spool_, &ignored);
  if (!writers.ok()) return sayOnce(writers.status().message());
  for (const std::string& name : ignored) sayOnce(name + "; left alone");
  for (const Id& writer : *writers) {
    const auto place = std::lower_bound(drains_.begin(), drains_.end(), writer,
                                        [](const auto& drain, const Id& id) { return drain->writer() < id; });
    if (place != drains_.end() && (*place)->writer() == writer) continue;
    auto directory = spool_->openChild(writer.toString());
    if (!directory.ok()) {
      if (directory.status().code() != StatusCode::NotFound) sayOnce(directory.status().message() + "; left alone");
      continue;
    }
    watch_.watchWriter(directory->path());
    drains_.insert(place, std::make_unique<WriterDrain>(*spool_, std::move(*directory), writer, settings_.drain,
                                                        WriterDrain::Shared{*quarantine_, setAside_, listing_}));
  }
}

void DrainLoop::sayOnce(const std::string& message) {
  if (told_.insert(message).second) logWarning(message);
}

}  // namespace xray::filetransport
