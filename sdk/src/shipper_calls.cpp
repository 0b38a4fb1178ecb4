// Shipper's part that is called from, or shares state with, other threads.
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
    const auto time = deadline - SteadyClock::now();
    closing_ = true;
    closeBy_ = deadline;
    backendBy_ = deadline - time / 2;
    drainBy_ = deadline - time / 4;
    work_.notify_one();
    if (started_) waitForTheEnd(lock);
    lock.unlock();
    if (thread_.joinable()) thread_.join();
    // Without a thread nothing could be delivered.
    Drained rest = queue_.drain();
    unsettled_ += rest.events();
    discard(rest);
    lock.lock();
    // Others may want what they hold.
    sender_.reset();
    deadLetters_.close();
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

void Shipper::waitForTheEnd(std::unique_lock<std::mutex>& lock) {
  const auto finished = [this] { return finished_; };
  if (fallback_ && !done_.wait_until(lock, backendBy_, finished)) {
    backendOver_ = true;
    if (sender_) sender_->cancel();
    work_.notify_one();
  }
  if (done_.wait_until(lock, closeBy_, finished)) return;
  cancelled_ = true;
  if (sender_) sender_->cancel();
  if (fallback_) fallback_->cancel();
  deadLetters_.cancel();
  work_.notify_one();
}

Status Shipper::failureStatus(StatusCode code, const std::string& what) {
  const std::uint64_t events = unsettled_ + queue_.waiting() + counters_.abandoned;
  std::string message = what + ": " + std::to_string(events) + " events not delivered in time";
  if (!lastFailure_.ok()) message += "; last failure: " + lastFailure_.toString();
  return Status(code, std::move(message));
}

DeliveryReport Shipper::report(Status status) {
  return {std::move(status), unsettled_ + queue_.waiting(), queue_.budget().used(),
          fallback_ ? fallback_->waitingBytes() : 0, counters_.read()};
}

std::optional<Deadline> Shipper::sendDeadline() {
  std::lock_guard lock(mu_);
  const Deadline now = SteadyClock::now();
  if (cancelled_ || (closing_ && now >= closeBy_)) return std::nullopt;
  const Deadline usual = now + settings_.sendTimeout;
  return closing_ ? std::min(usual, closeBy_) : usual;
}

Deadline Shipper::patienceEnd() {
  std::lock_guard lock(mu_);
  const Deadline usual = SteadyClock::now() + settings_.patience;
  return closing_ ? std::min(usual, backendBy_) : usual;
}

bool Shipper::closing() {
  std::lock_guard lock(mu_);
  return closing_;
}

void Shipper::remember(const Status& failure) {
  std::lock_guard lock(mu_);
  lastFailure_ = failure;
}

void Shipper::pause(Microseconds wait, bool flushEndsIt) {
  std::unique_lock lock(mu_);
  const bool wasClosing = closing_;
  const bool wasOver = backendOver_;
  const std::uint64_t flushes = flushWanted_;
  Deadline until = SteadyClock::now() + wait;
  if (closing_) until = std::min(until, closeBy_);
  work_.wait_until(lock, until, [&] {
    return cancelled_ || closing_ != wasClosing || backendOver_ != wasOver || (flushEndsIt && flushWanted_ != flushes);
  });
}

}  // namespace xray::sdk
