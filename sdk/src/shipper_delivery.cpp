// Shipper's part that decides over one batch.
#include <algorithm>

#include "shipper.h"

namespace xray::sdk {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

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
  const Batch& batch = part ? *part : box_.whole();
  for (Tries tries;; ++tries.number) {
    const Way way = tries.spoolBroken ? Way::Backend : chooseWay();
    if (way == Way::Backend && tries.way != way) tries.patience = patienceEnd();
    tries.way = way;
    const auto deadline = sendDeadline();
    if (!deadline) return abandon(range);
    const bool lastTry = closing();
    const Result<Receipt> receipt = way == Way::Spool ? fallback_->spool(batch, *deadline)
                                    : fallback_       ? send(batch, std::min(*deadline, tries.patience))
                                                      : send(batch, *deadline);
    if (receipt.ok()) return settleSent(range, *receipt, way);

    const Status failure = receipt.status();
    const bool held = isHeld(failure.code());
    if (failure.code() == StatusCode::TooLarge && (way == Way::Backend || range.size() > 1)) {
      return splitOrLose(range, batch, failure);
    }
    if (way == Way::Backend && !failure.retryable() && !held) return giveUp(range, batch, failure);
    remember(failure);
    if (way == Way::Backend && fallback_ && !waitWithTheBackend(failure, tries)) {
      fallback_->enter(failure);
      tries.spoolBroken = false;
      continue;
    }
    // Nobody corrects a key while we close.
    if (held && lastTry) return abandon(range);
    waitAndCount(failure, tries);
  }
}

/// False when the batch is to be spooled.
bool Shipper::waitWithTheBackend(const Status& failure, const Tries& tries) {
  if (isHeld(failure.code())) return false;
  return SteadyClock::now() + retryPause_.after(failure, tries.number) < tries.patience;
}

void Shipper::waitAndCount(const Status& failure, Tries& tries) {
  count(counters_.retries);
  Microseconds wait = retryPause_.after(failure, tries.number);
  if (tries.way == Way::Backend) {
    log_.report(Problem::Transport, "cannot deliver, will try again: " + failure.toString());
  } else {
    log_.report(Problem::Spool, "cannot spool, will try again: " + failure.toString());
    // A full spool gets room from its drain. With another failure the backend is asked again: it may be back sooner.
    tries.spoolBroken = failure.code() != StatusCode::Overloaded && failure.code() != StatusCode::DeadlineExceeded;
  }
  if (fallback_) wait = std::min(wait, settings_.patience);
  pause(wait, !failure.retryAfter());
}

Result<Receipt> Shipper::send(const Batch& batch, Deadline deadline) {
  if (!sender_) {
    auto made = wires_.backend();
    if (!made.ok()) return Status(StatusCode::Unavailable, made.status().message());
    std::lock_guard lock(mu_);
    sender_ = std::move(*made);
    if (cancelled_ || backendOver_) sender_->cancel();
  }
  return sender_->send(batch, deadline);
}

void Shipper::settleSent(const EventRange& range, const Receipt& receipt, Way way) {
  noteDropped(range, receipt);
  const bool sent = schemaSent_;
  if (way == Way::Spool) {
    if (!receipt.dropped) count(counters_.spooled, range.size());
  } else {
    if (fallback_) fallback_->leave();
    if (!receipt.dropped) count(counters_.batches);
    count(counters_.accepted, receipt.accepted);
    count(counters_.duplicates, receipt.duplicates);
    noteRejected(range, receipt);
  }
  settle(range);
  if (receipt.dropped) schemaSent_ = sent;
}

void Shipper::noteDropped(const EventRange& range, const Receipt& receipt) {
  if (receipt.droppedEarlier > 0) {
    count(counters_.spoolDropped, receipt.droppedEarlier);
    // Perhaps the schema was among them; it may come twice.
    schemaSent_ = !settings_.schema;
  }
  if (!receipt.dropped) return;
  for (std::size_t i = range.first; i < range.last; ++i) {
    const BoxedEvent& event = box_.event(i);
    if (!event.counts()) continue;
    count(counters_.spoolDropped);
    event.run->lost.spoolFull.fetch_add(1, std::memory_order_relaxed);
  }
}

void Shipper::noteRejected(const EventRange& range, const Receipt& receipt) {
  for (const RejectedEvent& rejected : receipt.rejected) {
    count(counters_.rejected);
    log_.report(Problem::Rejected,
                "the backend refused an event: " + std::string(toString(rejected.code)) + ": " + rejected.detail);
    if (rejected.line < 1 || rejected.line > range.size()) continue;
    const BoxedEvent& event = box_.event(range.first + rejected.line - 1);
    if (event.counts()) event.run->lost.rejected.fetch_add(1, std::memory_order_relaxed);
  }
}

void Shipper::splitOrLose(const EventRange& range, const Batch& batch, const Status& failure) {
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
  keepDeadLetter(range, batch);
  settle(range);
}

void Shipper::giveUp(const EventRange& range, const Batch& batch, const Status& failure) {
  countGivenUp(range);
  log_.report(Problem::Refused,
              "gave up a batch of " + std::to_string(range.size()) + " events: " + failure.toString());
  keepDeadLetter(range, batch);
  const bool sent = schemaSent_;
  settle(range);
  schemaSent_ = sent;
}

void Shipper::keepDeadLetter(const EventRange& range, const Batch& batch) {
  const auto deadline = sendDeadline();
  if (deadline && deadLetters_.keep(batch, *deadline)) count(counters_.deadLettered, range.size());
}

void Shipper::countGivenUp(const EventRange& range) noexcept {
  for (std::size_t i = range.first; i < range.last; ++i) {
    const BoxedEvent& event = box_.event(i);
    if (!event.counts()) continue;
    count(counters_.givenUp);
    event.run->lost.givenUp.fetch_add(1, std::memory_order_relaxed);
  }
}

void Shipper::abandon(const EventRange& range) noexcept {
  count(counters_.abandoned, box_.counted(range));
  for (std::size_t i = range.first; i < range.last; ++i) abandonedBytes_ += box_.event(i).queueBytes;
  settle(range);
}

void Shipper::discard(Drained& drained) noexcept {
  const std::uint64_t events = drained.events();
  const std::size_t before = queue_.budget().used();
  queue_.discard(drained);
  abandonedBytes_ += before - std::min(before, queue_.budget().used());
  unsettled_ -= events;
  count(counters_.abandoned, events);
}

void Shipper::settle(const EventRange& range) noexcept {
  if (range.first == 0 && range.size() > 0 && !box_.event(0).run) schemaSent_ = true;
  unsettled_ -= box_.counted(range);
  box_.settle(range);
}

}  // namespace xray::sdk
