// Shipper's part that is called from, or shares state with, other threads.
#include <algorithm>

#include "shipper.h"

namespace xray::sdk {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

DeliveryReport Shipper::flush(Deadline deadline) {
  std::unique_lock lock(mu_);
  if (closing_) {
    lock.unlock();
    return report(Status(StatusCode::Closed, "flush: the client is closed"));
  }
  Status status;
  if (started_.load(std::memory_order_relaxed)) {
    const std::uint64_t ticket = ++flushWanted_;
    work_.notify_one();
    const bool decided = done_.wait_until(lock, deadline, [&] { return flushed_ >= ticket || finished_; });
    status = decided ? flushStatus_ : failureStatus(StatusCode::DeadlineExceeded, "flush");
  } else if (queue_.hasWork()) {
    status = failureStatus(StatusCode::Unavailable, "flush: no thread could be started");
  }
  lock.unlock();
  return report(std::move(status));
}

DeliveryReport Shipper::close(Deadline deadline) {
  queue_.stop();
  std::unique_lock lock(mu_);
  if (!closing_) {
    closing_ = true;
    closeBy_ = deadline;
    work_.notify_one();
    if (started_ && !done_.wait_until(lock, deadline, [this] { return finished_; })) {
      cancelled_ = true;
      if (sender_) sender_->cancel();
      work_.notify_one();
    }
    lock.unlock();
    if (thread_.joinable()) thread_.join();
    // Without a thread nothing could be delivered.
    Drained rest = queue_.drain();
    unsettled_ += rest.events();
    discard(rest);
    lock.lock();
    closed_ = true;
    done_.notify_all();
    if (counters_.abandoned > 0)
      log_.report(Problem::Abandoned, failureStatus(StatusCode::DeadlineExceeded, "close").message());
  } else if (!done_.wait_until(lock, deadline, [this] { return closed_; })) {
    lock.unlock();
    return report(Status(StatusCode::DeadlineExceeded, "close: another call is still closing"));
  }
  Status status = counters_.abandoned > 0 ? failureStatus(StatusCode::DeadlineExceeded, "close") : flushStatus_;
  lock.unlock();
  DeliveryReport told = report(std::move(status));
  told.undeliveredEvents = told.counters.abandoned;
  told.undeliveredBytes = abandonedBytes_;
  return told;
}

Status Shipper::failureStatus(StatusCode code, const std::string& what) {
  const std::uint64_t events = unsettled_ + queue_.waiting() + counters_.abandoned;
  std::string message = what + ": " + std::to_string(events) + " events not delivered in time";
  if (!lastFailure_.ok()) message += "; last failure: " + lastFailure_.toString();
  return Status(code, std::move(message));
}

DeliveryReport Shipper::report(Status status) {
  return {std::move(status), unsettled_ + queue_.waiting(), queue_.budget().used(), counters_.read()};
}

std::optional<Deadline> Shipper::sendDeadline() {
  std::lock_guard lock(mu_);
  const Deadline now = SteadyClock::now();
  if (cancelled_ || (closing_ && now >= closeBy_)) return std::nullopt;
  const Deadline usual = now + settings_.sendTimeout;
  return closing_ ? std::min(usual, closeBy_) : usual;
}

bool Shipper::closing() {
  std::lock_guard lock(mu_);
  return closing_;
}

void Shipper::remember(const Status& failure) {
  std::lock_guard lock(mu_);
  lastFailure_ = failure;
}

Microseconds Shipper::backoff(unsigned tries) {
  Microseconds wait = settings_.retryFirst;
  for (unsigned i = 0; i < tries && wait < settings_.retryMost; ++i) wait *= 2;
  wait = std::min(wait, settings_.retryMost);
  // Between a half and the whole of it, so that clients of one backend do not come back together.
  return wait / 2 + Microseconds(std::uniform_int_distribution<std::int64_t>(0, wait.count() / 2)(random_));
}

void Shipper::pause(Microseconds wait, bool flushEndsIt) {
  std::unique_lock lock(mu_);
  const bool wasClosing = closing_;
  const std::uint64_t flushes = flushWanted_;
  Deadline until = SteadyClock::now() + wait;
  if (closing_) until = std::min(until, closeBy_);
  work_.wait_until(lock, until,
                   [&] { return cancelled_ || closing_ != wasClosing || (flushEndsIt && flushWanted_ != flushes); });
}

}  // namespace xray::sdk
