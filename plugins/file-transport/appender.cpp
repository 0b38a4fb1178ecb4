#include "appender.h"

#include <algorithm>

namespace xray::filetransport {
namespace {

using std::chrono::steady_clock;

/// After a failure of the disk.
constexpr std::chrono::milliseconds kPause{500};

Status cancelled() {
  return {StatusCode::Unavailable, "cancelled"};
}

}  // namespace

Appender::Appender(std::unique_ptr<WriterDirectory> directory, const AppenderSettings& settings)
    : directory_(std::move(directory)),
      settings_(settings),
      unsyncedSince_(Deadline::max()),
      thread_([this] { run(); }) {}

Appender::~Appender() {
  {
    const std::lock_guard lock(mu_);
    if (open_) closeSegment();
    stopping_ = true;
    pauseUntil_ = {};
    work_.notify_all();
  }
  thread_.join();
}

void Appender::abandon(std::unique_ptr<Appender> appender) {
  // Its thread runs in the parent alone, and its mutex may be held by it for good: there is no way to destroy it here.
  static_cast<void>(appender.release());
}

void Appender::cancel() {
  const std::lock_guard lock(mu_);
  cancelled_ = true;
  done_.notify_all();
}

Result<std::uint64_t> Appender::append(std::uint32_t flags, std::string_view payload, Deadline deadline) {
  std::unique_lock lock(mu_);
  if (Status told = std::exchange(failure_, {}); !told.ok()) return told;
  const std::uint64_t frameBytes = spool::kFrameHeaderBytes + payload.size();
  if (open_ && open_->hasFrames() && open_->bytes() + frameBytes > settings_.segmentBytes) closeSegment();
  if (Status status = waitForRoom(lock, deadline); !status.ok()) return status;
  if (!open_) {
    if (Status status = openSegment(); !status.ok()) return status;
  }
  const bool first = !open_->hasFrames();
  const std::uint64_t grown = frameBytes + (first ? spool::kSegmentHeaderBytes : 0);
  if (Status status = open_->append(flags, payload); !status.ok()) return status;
  const Deadline now = steady_clock::now();
  if (first) openedAt_ = now;
  if (settings_.durability == Durability::Interval) unsyncedSince_ = std::min(unsyncedSince_, now);
  if (first) work_.notify_all();  // its age begins
  if (settings_.durability != Durability::Always) return grown;
  const Segment segment = open_;
  lock.unlock();
  if (Status status = makeDurable(segment); !status.ok()) return status;
  return grown;
}

/// With durability: always. A segment that failed at it is written no further: what the kernel has thrown away would
/// not be told a second time.
Status Appender::makeDurable(const Segment& segment) {
  Status status = segment->sync();
  if (status.ok()) return status;
  const std::lock_guard lock(mu_);
  if (open_ == segment) closeSegment();
  return status;
}

Status Appender::waitForRoom(std::unique_lock<std::mutex>& lock, Deadline deadline) {
  const bool room = done_.wait_until(lock, deadline,
                                     [this] { return cancelled_ || !failure_.ok() || sealing_.size() < kMaxSealing; });
  if (cancelled_) return cancelled();
  if (Status told = std::exchange(failure_, {}); !told.ok()) return told;
  if (!room) {
    return {StatusCode::DeadlineExceeded,
            "the disk is too slow: " + std::to_string(kMaxSealing) + " segments wait to be on it"};
  }
  return {};
}

Status Appender::openSegment() {
  auto segment = spool::SegmentWriter::create(directory_->directory(), directory_->id(), nextNumber_);
  if (!segment.ok()) return segment.status();
  if (settings_.durability == Durability::Always) {
    // Its name too must be there after a power cut. Should this fail, the file is made again the next time.
    if (Status status = directory_->directory().sync(); !status.ok()) return status;
  }
  open_ = std::move(*segment);
  ++nextNumber_;
  return {};
}

void Appender::closeSegment() {
  sealing_.push_back(std::move(open_));
  open_ = nullptr;
  unsyncedSince_ = Deadline::max();
  work_.notify_all();
}

Status Appender::seal(Deadline deadline) {
  std::unique_lock lock(mu_);
  if (open_ && open_->hasFrames()) closeSegment();
  const bool done =
      done_.wait_until(lock, deadline, [this] { return cancelled_ || !failure_.ok() || sealing_.empty(); });
  if (Status told = std::exchange(failure_, {}); !told.ok()) return told;
  if (sealing_.empty()) return {};
  return done ? cancelled() : Status(StatusCode::DeadlineExceeded, "what was written is not yet on the disk");
}

void Appender::run() {
  std::unique_lock lock(mu_);
  while (true) {
    const Deadline now = steady_clock::now();
    if (open_ && open_->hasFrames() && now >= openedAt_ + settings_.sealAfter) closeSegment();
    if (!sealing_.empty() && now >= pauseUntil_) {
      sealFront(lock);
    } else if (sealing_.empty() && stopping_) {
      return;
    } else if (unsyncedSince_ != Deadline::max() && now >= unsyncedSince_ + settings_.interval && now >= pauseUntil_) {
      syncOpen(lock);
    } else {
      work_.wait_until(lock, nextTurn());
    }
  }
}

Deadline Appender::nextTurn() const {
  // Not max(), which overflows in the clock's conversions.
  Deadline next = steady_clock::now() + std::chrono::hours(1);
  if (open_ && open_->hasFrames()) next = std::min(next, openedAt_ + settings_.sealAfter);
  if (unsyncedSince_ != Deadline::max())
    next = std::min(next, std::max(pauseUntil_, unsyncedSince_ + settings_.interval));
  if (!sealing_.empty()) next = std::min(next, pauseUntil_);
  return next;
}

void Appender::sealFront(std::unique_lock<std::mutex>& lock) {
  const Segment segment = sealing_.front();
  lock.unlock();
  const Status status = segment->seal();
  lock.lock();
  if (status.ok()) {
    sealing_.pop_front();
  } else {
    failure_ = status;
    // When this goes, what cannot be sealed is left open: a reader adopts it.
    if (stopping_) sealing_.pop_front();
    pauseUntil_ = steady_clock::now() + (stopping_ ? std::chrono::milliseconds(0) : kPause);
  }
  done_.notify_all();
}

void Appender::syncOpen(std::unique_lock<std::mutex>& lock) {
  const Segment segment = open_;
  unsyncedSince_ = Deadline::max();
  lock.unlock();
  const Status status = segment->sync();
  lock.lock();
  if (status.ok()) return;
  failure_ = status;
  if (open_ == segment) closeSegment();
  pauseUntil_ = steady_clock::now() + kPause;
}

}  // namespace xray::filetransport
