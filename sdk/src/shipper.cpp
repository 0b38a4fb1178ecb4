#include "shipper.h"

#include <pthread.h>
#include <signal.h>

#include <cassert>
#include <system_error>

namespace xray::sdk {
namespace {

// After so many turns with nothing to do, the thread sleeps until it is woken.
constexpr unsigned kQuietTurns = 10;
// Between two looks at what is left in the spool.
constexpr auto kLook = std::chrono::milliseconds(5);

}  // namespace

Shipper::Shipper(const Settings& settings, EventQueue& queue, const Wires& wires, std::unique_ptr<Sender> sender,
                 LogSink log)
    : settings_(settings),
      queue_(queue),
      counters_(queue.counters()),
      wires_(wires),
      sender_(std::move(sender)),
      log_(std::move(log)),
      deadLetters_(wires.deadLetters, log_),
      box_(queue, settings.schema.get(), settings.maxEventBytes),
      retryPause_(settings),
      schemaSent_(!settings.schema) {
  if (wires.spool) fallback_.emplace(settings, wires, deadLetters_, queue, log_);
}

Shipper::~Shipper() {
  assert(!thread_.joinable());
}

bool Shipper::ensureStarted() noexcept {
  if (started_.load(std::memory_order_acquire)) return true;
  std::lock_guard lock(mu_);
  if (started_.load(std::memory_order_relaxed) || closing_) return true;
  // The application's signals are for the application's threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "xray-shipper");
    started_.store(true, std::memory_order_release);
  } catch (const std::system_error&) {
    // Out of threads for now.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started_.load(std::memory_order_relaxed);
}

void Shipper::wake() noexcept {
  std::lock_guard lock(mu_);
  wake_ = true;
  work_.notify_one();
}

void Shipper::run() noexcept {
  unsigned quiet = 0;
  for (bool last = false; !last;) {
    if (fallback_) fallback_->start();
    const Turn turn = waitForTurn(quiet >= kQuietTurns);
    last = turn.closing;
    Drained drained = queue_.drain();
    quiet = drained.empty() ? quiet + 1 : 0;
    unsettled_ += drained.events();
    takeTurn(drained);
    log_.reportCounts(counters_.read());
    endTurn(turn);
  }
}

Shipper::Turn Shipper::waitForTurn(bool quiet) {
  const auto called = [this] { return wake_ || closing_ || flushWanted_ > flushed_; };
  if (quiet) {
    queue_.setIdle(true);
    if (!queue_.hasWork()) {
      std::unique_lock lock(mu_);
      work_.wait(lock, called);
    }
    queue_.setIdle(false);
  }
  std::unique_lock lock(mu_);
  work_.wait_for(lock, settings_.maxDelay, called);
  wake_ = false;
  return {flushWanted_, closing_};
}

void Shipper::takeTurn(Drained& drained) noexcept {
  const auto recover = [&](const char* reason) {
    // Takes no memory: there may be none.
    const EventRange rest = box_.unsettled();
    const bool sent = schemaSent_;
    countGivenUp(rest);
    settle(rest);
    schemaSent_ = sent;
    box_.clear();
    discard(drained);
    unsettled_ = 0;  // nothing drained is left; what fill() had lost before it failed was not told
    log_.report(Problem::Refused, reason);
  };
  try {
    deliverAll(drained);
  } catch (const std::exception& failure) {
    // Memory is out, or a sender broke its contract. The next turn may go better.
    recover(failure.what());
  } catch (...) {
    recover("a sender threw what is no exception");
  }
}

void Shipper::endTurn(const Turn& turn) noexcept {
  Status status;
  try {
    if (turn.closing || turn.flush > flushed_) status = flushWires();
    if (turn.closing) endDrain();
  } catch (const std::exception&) {
    status = Status(StatusCode::Unavailable, "");  // no memory for more
  }
  std::lock_guard lock(mu_);
  flushStatus_ = std::move(status);
  flushed_ = turn.flush;
  finished_ = turn.closing;
  done_.notify_all();
}

Status Shipper::flushWires() {
  const auto deadline = sendDeadline();
  if (!deadline) return Status();
  Status status;
  // While the backend is away it holds nothing that could be flushed.
  if (sender_ && !(fallback_ && fallback_->inUse())) status = sender_->flush(*deadline);
  if (fallback_ && status.ok()) status = fallback_->flush(*deadline);
  const Status kept = deadLetters_.flush(*deadline);
  return status.ok() ? kept : status;
}

void Shipper::endDrain() {
  if (!fallback_) return;
  Deadline drainBy, closeBy;
  {
    std::lock_guard lock(mu_);
    drainBy = drainBy_;
    closeBy = closeBy_;
  }
  // Of short processes, too, most should see their events arrive.
  while (fallback_->delivering() && std::chrono::steady_clock::now() < drainBy && sendDeadline()) pause(kLook, false);
  fallback_->stop(closeBy);
}

Shipper::Way Shipper::chooseWay() {
  if (!fallback_) return Way::Backend;
  {
    std::lock_guard lock(mu_);
    if (backendOver_) return Way::Spool;
  }
  if (!fallback_->inUse()) return Way::Backend;
  const Deadline patience = patienceEnd();
  for (bool sealed = false;; sealed = true) {
    const Fallback::Progress progress = fallback_->look();
    if (progress == Fallback::Progress::Behind) return Way::Spool;
    if (progress != Fallback::Progress::Near) return Way::Backend;
    const auto deadline = sendDeadline();
    if (!deadline || std::chrono::steady_clock::now() >= patience) {
      return fallback_->nothingReady() ? Way::Backend : Way::Spool;
    }
    // What does not succeed is seen at the next looks.
    if (!sealed) static_cast<void>(fallback_->flush(*deadline));
    pause(kLook, false);
  }
}

}  // namespace xray::sdk
