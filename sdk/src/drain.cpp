#include "drain.h"

#include <algorithm>
#include <iterator>

namespace xray::sdk {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::uint64_t countLines(std::string_view lines) {
  const auto ends = static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
  return lines.empty() || lines.back() == '\n' ? ends : ends + 1;
}

/// Where the second half begins; 0: it is one line.
std::size_t middleOf(std::string_view lines) {
  const std::size_t behind = lines.find('\n', lines.size() / 2);
  if (behind != std::string_view::npos && behind + 1 < lines.size()) return behind + 1;
  const std::size_t before = lines.substr(0, lines.size() / 2).rfind('\n');
  return before == std::string_view::npos ? 0 : before + 1;
}

}  // namespace

Drain::Drain(const Settings& settings, const SenderFactory& makeSender, DeadLetters& deadLetters,
             LiveCounters& counters, ProblemLog& log)
    : settings_(settings),
      makeSender_(makeSender),
      deadLetters_(deadLetters),
      counters_(counters),
      log_(log),
      pause_(settings) {}

void Drain::submit(Batch batch, Done done) {
  Result<Receipt> told = Receipt();
  try {
    std::lock_guard lock(submitting_);
    setBusy(true);
    told = forward(batch.body);
  } catch (const std::exception& failure) {
    // Memory is out. The batch stays where it is.
    told = Status(StatusCode::Unavailable, failure.what());
  }
  setBusy(false);
  done(std::move(told));
}

Result<Receipt> Drain::forward(const std::string& body) {
  Receipt sum;
  const Status status = deliver(body, sum);
  return status.ok() ? Result<Receipt>(std::move(sum)) : status;
}

Status Drain::deliver(std::string_view lines, Receipt& sum) {
  const Batch batch{std::string(lines), BatchFormat::NdJson};
  for (unsigned tries = 0;; ++tries) {
    if (!waitForTurn()) return Status(StatusCode::Unavailable, "the client is closing");
    const Result<Receipt> receipt = send(batch);
    if (receipt.ok()) {
      note(false, {});
      settle(batch, *receipt, sum);
      return Status();
    }
    const Status failure = receipt.status();
    if (!failure.retryable() && !isHeld(failure.code())) {
      // A refusal is an answer: the backend is there.
      note(false, {});
      return failure.code() == StatusCode::TooLarge ? split(lines, failure, sum) : refuse(batch, failure);
    }
    log_.report(Problem::Transport, "cannot deliver from the spool, will try again: " + failure.toString());
    count(counters_.retries);
    note(true, SteadyClock::now() + pause_.after(failure, tries));
  }
}

Status Drain::split(std::string_view lines, const Status& failure, Receipt& sum) {
  const std::size_t middle = middleOf(lines);
  if (middle == 0) return refuse({std::string(lines), BatchFormat::NdJson}, failure);
  const Status first = deliver(lines.substr(0, middle), sum);
  if (first.retryable()) return first;
  const Status second = deliver(lines.substr(middle), sum);
  return second.retryable() || first.ok() ? second : first;
}

Status Drain::refuse(const Batch& batch, const Status& failure) {
  const std::uint64_t events = countLines(batch.body);
  const bool tooLarge = failure.code() == StatusCode::TooLarge;
  count(tooLarge ? counters_.tooLarge : counters_.givenUp, events);
  log_.report(Problem::Refused,
              "the backend refused " + std::to_string(events) + " events from the spool: " + failure.toString());
  if (deadLetters_.keep(batch, SteadyClock::now() + settings_.sendTimeout)) {
    count(counters_.deadLettered, events);
    return Status();
  }
  return Status(tooLarge ? StatusCode::TooLarge : StatusCode::InvalidArgument, failure.message());
}

Result<Receipt> Drain::send(const Batch& batch) {
  if (!sender_) {
    auto made = makeSender_();
    if (!made.ok()) return Status(StatusCode::Unavailable, made.status().message());
    std::lock_guard lock(mu_);
    sender_ = std::move(*made);
    if (stopped_) sender_->cancel();
  }
  return sender_->send(batch, SteadyClock::now() + settings_.sendTimeout);
}

bool Drain::waitForTurn() {
  std::unique_lock lock(mu_);
  while (!stopped_ && SteadyClock::now() < notBefore_) changed_.wait_until(lock, notBefore_);
  pulse_.lastTry = SteadyClock::now();
  return !stopped_;
}

void Drain::settle(const Batch& batch, Receipt receipt, Receipt& sum) {
  count(counters_.spoolDropped, receipt.droppedEarlier + (receipt.dropped ? countLines(batch.body) : 0));
  count(counters_.batches);
  count(counters_.drained, countLines(batch.body));
  count(counters_.accepted, receipt.accepted);
  count(counters_.duplicates, receipt.duplicates);
  count(counters_.rejected, receipt.rejected.size());
  for (const RejectedEvent& rejected : receipt.rejected) {
    log_.report(Problem::Rejected, "the backend refused an event from the spool: " +
                                       std::string(toString(rejected.code)) + ": " + rejected.detail);
  }
  sum.accepted += receipt.accepted;
  sum.duplicates += receipt.duplicates;
  std::move(receipt.rejected.begin(), receipt.rejected.end(), std::back_inserter(sum.rejected));
}

void Drain::note(bool failed, Deadline notBefore) {
  std::lock_guard lock(mu_);
  pulse_.failing = failed;
  if (!failed) pulse_.lastSuccess = SteadyClock::now();
  notBefore_ = notBefore;
}

void Drain::setBusy(bool busy) {
  std::lock_guard lock(mu_);
  pulse_.busy = busy;
}

Drain::Pulse Drain::pulse() const {
  std::lock_guard lock(mu_);
  Pulse pulse = pulse_;
  // A transport may try for long before it says anything.
  if (pulse.busy && SteadyClock::now() - pulse.lastTry > settings_.patience) pulse.failing = true;
  return pulse;
}

void Drain::holdOff(Deadline until) {
  std::lock_guard lock(mu_);
  pulse_.failing = true;
  notBefore_ = std::max(notBefore_, until);
}

void Drain::stop() noexcept {
  std::lock_guard lock(mu_);
  stopped_ = true;
  if (sender_) sender_->cancel();
  changed_.notify_all();
}

}  // namespace xray::sdk
