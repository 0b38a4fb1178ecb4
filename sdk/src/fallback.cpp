#include "fallback.h"

#include <algorithm>
#include <cassert>

namespace xray::sdk {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

Fallback::Fallback(const Settings& settings, const Wires& wires, DeadLetters& deadLetters, EventQueue& queue,
                   ProblemLog& log)
    : settings_(settings),
      wires_(wires),
      queue_(queue),
      log_(log),
      drain_(settings, wires.backend, deadLetters, queue.counters(), log) {}

Fallback::~Fallback() {
  assert(!started_);
}

void Fallback::start() {
  if (started_ || SteadyClock::now() < startAgain_) return;
  startAgain_ = SteadyClock::now() + settings_.retryMost;
  auto made = wires_.drain();
  Status status = made.status();
  if (made.ok()) {
    receiver_ = std::move(*made);
    status = receiver_->start(drain_);
  }
  started_ = status.ok();
  if (!started_) {
    receiver_.reset();
    log_.report(Problem::Spool, "cannot drain the spool, will try again: " + status.toString());
    return;
  }
  lastProbe_ = SteadyClock::now();
  const auto left = backlog();
  if (left && left->bytes + left->openBytes > 0) inUse_ = true;
}

void Fallback::enter(const Status& failure) {
  const Deadline now = SteadyClock::now();
  lastProbe_ = now;
  notBefore_ = now + std::min<Microseconds>(failure.retryAfter().value_or(std::chrono::seconds(0)), kLongestRetryAfter);
  drain_.holdOff(notBefore_);
  if (inUse_) return;
  inUse_ = true;
  log_.report(Problem::Fallback, "spooling from now on, the backend does not take batches: " + failure.toString());
}

void Fallback::leave() {
  if (!inUse_) return;
  inUse_ = false;
  log_.report(Problem::Recovered, "the backend is back: sending directly again");
}

std::optional<Backlog> Fallback::backlog() {
  if (!started_) return std::nullopt;
  const Result<Backlog> backlog = receiver_->backlog();
  if (!backlog.ok()) {
    log_.report(Problem::Spool, "cannot tell what is left in the spool: " + backlog.status().toString());
    return std::nullopt;
  }
  waitingBytes_.store(backlog->bytes + backlog->openBytes, std::memory_order_relaxed);
  if (backlog->setAside > setAside_) {
    count(queue_.counters().setAside, backlog->setAside - setAside_);
    setAside_ = backlog->setAside;
    log_.report(Problem::SetAside, std::to_string(setAside_) +
                                       " pieces of the spool were damaged, or refused by the backend for good, and are "
                                       "kept aside in it");
  }
  return *backlog;
}

// The drain tells nothing of the backend when another process reads what is written here, or when it cannot be started.
bool Fallback::shouldProbe() const {
  const Drain::Pulse pulse = drain_.pulse();
  const Deadline heard = std::max({lastProbe_, notBefore_, pulse.lastTry, pulse.lastSuccess});
  return !pulse.busy && SteadyClock::now() - heard > settings_.retryMost;
}

Fallback::Progress Fallback::look() {
  start();
  if (shouldProbe()) {
    lastProbe_ = SteadyClock::now();
    return Progress::Unknown;
  }
  const auto left = backlog();
  const Drain::Pulse pulse = drain_.pulse();
  if (!left || pulse.failing) return Progress::Behind;
  const std::uint64_t waiting = left->bytes + left->openBytes;
  // A receiver may learn of a new segment a little later, so an empty spool is believed once something came out of it.
  if (waiting == 0 && pulse.lastSuccess >= lastSpooled_) return Progress::Drained;
  const std::size_t half = settings_.queueBytes / 2;
  return waiting > half || queue_.budget().used() > half ? Progress::Behind : Progress::Near;
}

bool Fallback::nothingReady() {
  const auto left = backlog();
  return left && left->bytes == 0 && !drain_.pulse().failing;
}

Result<Receipt> Fallback::spool(const Batch& batch, Deadline deadline) {
  if (!sender_) {
    auto made = wires_.spool();
    if (!made.ok()) return Status(StatusCode::Unavailable, made.status().message());
    std::lock_guard lock(mu_);
    sender_ = std::move(*made);
    if (cancelled_) sender_->cancel();
  }
  lastSpooled_ = SteadyClock::now();
  return sender_->send(batch, deadline);
}

Status Fallback::flush(Deadline deadline) {
  const Status status = sender_ ? sender_->flush(deadline) : Status();
  backlog();
  return status;
}

bool Fallback::delivering() {
  const Drain::Pulse pulse = drain_.pulse();
  if (!sender_ || pulse.failing) return false;
  const auto left = backlog();
  return left && left->bytes + left->openBytes > 0;
}

void Fallback::stop(Deadline deadline) {
  backlog();
  drain_.stop();
  {
    std::lock_guard lock(mu_);
    sender_.reset();
  }
  if (!started_) return;
  // What it had in hand was answered Unavailable and stays in the spool.
  static_cast<void>(receiver_->stop(deadline));
  receiver_.reset();
  started_ = false;
}

void Fallback::cancel() noexcept {
  drain_.stop();
  std::lock_guard lock(mu_);
  cancelled_ = true;
  if (sender_) sender_->cancel();
}

}  // namespace xray::sdk
