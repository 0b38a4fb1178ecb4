#include "shipper.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cassert>
#include <system_error>

namespace xray::sdk {
namespace {

// After so many turns with nothing to do, the thread sleeps until it is woken.
constexpr unsigned kQuietTurns = 10;
// The backend may ask for more, but it may also be wrong.
constexpr auto kLongestRetryAfter = std::chrono::hours(1);

bool isHeld(StatusCode code) {
  return code == StatusCode::Unauthenticated || code == StatusCode::PermissionDenied;
}

}  // namespace

Shipper::Shipper(const Settings& settings, EventQueue& queue, const SenderFactory& makeSender,
                 std::unique_ptr<Sender> sender, LogSink log)
    : settings_(settings),
      queue_(queue),
      counters_(queue.counters()),
      makeSender_(makeSender),
      sender_(std::move(sender)),
      box_(queue, settings.schema.get(), settings.maxEventBytes),
      log_(std::move(log)),
      schemaSent_(!settings.schema),
      random_(std::random_device{}()) {}

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

void Shipper::run() {
  unsigned quiet = 0;
  for (bool last = false; !last;) {
    const Turn turn = waitForTurn(quiet >= kQuietTurns);
    last = turn.closing;
    Drained drained = queue_.drain();
    quiet = drained.empty() ? quiet + 1 : 0;
    unsettled_ += drained.events();
    try {
      deliverAll(drained);
    } catch (const std::exception& failure) {
      // Memory is out, or a sender broke its contract. The next turn may go better.
      giveUp(box_.unsettled(), failure.what());
      box_.clear();
      discard(drained);
      unsettled_ = 0;  // nothing drained is left; what fill() had lost before it failed was not told
    }
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

void Shipper::endTurn(const Turn& turn) {
  Status status;
  if ((turn.closing || turn.flush > flushed_) && sender_) {
    if (const auto deadline = sendDeadline()) status = sender_->flush(*deadline);
  }
  std::lock_guard lock(mu_);
  flushStatus_ = status;
  flushed_ = turn.flush;
  finished_ = turn.closing;
  done_.notify_all();
}

void Shipper::deliverAll(Drained& drained) {
  while (!drained.empty()) {
    if (!sendDeadline()) return discard(drained);
    if (!schemaSent_) box_.addSchema();
    unsettled_ -= box_.fill(drained, settings_.batchBytes);
    if (!box_.empty()) deliver(box_.all());
    box_.clear();
  }
}

void Shipper::deliver(const EventRange& range) {
  std::optional<Batch> part;
  if (range.size() < box_.all().size()) part = box_.part(range);
  for (unsigned tries = 0;; ++tries) {
    const auto deadline = sendDeadline();
    if (!deadline) return abandon(range);
    const bool lastTry = closing();
    const Result<Receipt> receipt = send(part ? *part : box_.whole(), *deadline);
    if (receipt.ok()) return settleDelivered(range, *receipt);

    const Status failure = receipt.status();
    const bool held = isHeld(failure.code());
    if (failure.code() == StatusCode::TooLarge) return splitOrLose(range, failure);
    if (!failure.retryable() && !held) return giveUp(range, failure.toString());
    remember(failure);
    log_.report(Problem::Transport, "cannot deliver, will try again: " + failure.toString());
    // Nobody corrects a key while we close.
    if (held && lastTry) return abandon(range);
    count(counters_.retries);
    if (const auto wait = failure.retryAfter()) {
      // At least the backoff: "0" must not make a busy loop.
      pause(std::max(std::min<Microseconds>(*wait, kLongestRetryAfter), backoff(tries)), false);
    } else {
      pause(held ? settings_.retryMost : backoff(tries), true);
    }
  }
}

Result<Receipt> Shipper::send(const Batch& batch, Deadline deadline) {
  if (!sender_) {
    auto made = makeSender_();
    if (!made.ok()) return Status(StatusCode::Unavailable, made.status().message());
    std::lock_guard lock(mu_);
    sender_ = std::move(*made);
  }
  return sender_->send(batch, deadline);
}

void Shipper::settleDelivered(const EventRange& range, const Receipt& receipt) {
  count(counters_.batches);
  count(counters_.accepted, receipt.accepted);
  count(counters_.duplicates, receipt.duplicates);
  for (const RejectedEvent& rejected : receipt.rejected) {
    count(counters_.rejected);
    log_.report(Problem::Rejected,
                "the backend refused an event: " + std::string(toString(rejected.code)) + ": " + rejected.detail);
    if (rejected.line < 1 || rejected.line > range.size()) continue;
    const BoxedEvent& event = box_.event(range.first + rejected.line - 1);
    if (event.counts()) event.run->lost.rejected.fetch_add(1, std::memory_order_relaxed);
  }
  settle(range);
}

void Shipper::splitOrLose(const EventRange& range, const Status& failure) {
  if (range.size() > 1) {
    const std::size_t middle = range.first + range.size() / 2;
    deliver({range.first, middle});
    return deliver({middle, range.last});
  }
  const BoxedEvent& event = box_.event(range.first);
  if (event.counts()) {
    count(counters_.tooLarge);
    event.run->lost.tooLarge.fetch_add(1, std::memory_order_relaxed);
  }
  log_.report(Problem::Refused, "an event is too large for the backend: " + failure.toString());
  settle(range);
}

void Shipper::giveUp(const EventRange& range, const std::string& reason) {
  for (std::size_t i = range.first; i < range.last; ++i) {
    const BoxedEvent& event = box_.event(i);
    if (!event.counts()) continue;
    count(counters_.givenUp);
    event.run->lost.givenUp.fetch_add(1, std::memory_order_relaxed);
  }
  if (range.size() > 0) {
    log_.report(Problem::Refused, "gave up a batch of " + std::to_string(range.size()) + " events: " + reason);
  }
  const bool sent = schemaSent_;
  settle(range);
  schemaSent_ = sent;
}

void Shipper::abandon(const EventRange& range) {
  count(counters_.abandoned, box_.counted(range));
  for (std::size_t i = range.first; i < range.last; ++i) abandonedBytes_ += box_.event(i).queueBytes;
  settle(range);
}

void Shipper::discard(Drained& drained) {
  const std::uint64_t events = drained.events();
  const std::size_t before = queue_.budget().used();
  queue_.discard(drained);
  abandonedBytes_ += before - std::min(before, queue_.budget().used());
  unsettled_ -= events;
  count(counters_.abandoned, events);
}

void Shipper::settle(const EventRange& range) {
  if (range.first == 0 && range.size() > 0 && !box_.event(0).run) schemaSent_ = true;
  unsettled_ -= box_.counted(range);
  box_.settle(range);
}

}  // namespace xray::sdk
