#include "dead_letters.h"

#include <algorithm>

namespace xray::sdk {
namespace {

// The next batches wait meanwhile.
constexpr auto kLongest = std::chrono::seconds(5);

}  // namespace

bool DeadLetters::keep(const Batch& batch, Deadline deadline) {
  if (!makeSender_) return false;
  std::lock_guard lock(sending_);
  const Status status = send(batch, std::min<Deadline>(deadline, std::chrono::steady_clock::now() + kLongest));
  if (!status.ok()) log_.report(Problem::DeadLetters, "cannot keep a dead letter: " + status.toString());
  return status.ok();
}

Status DeadLetters::send(const Batch& batch, Deadline deadline) {
  if (!sender_) {
    auto made = makeSender_();
    if (!made.ok()) return made.status();
    std::lock_guard lock(mu_);
    sender_ = std::move(*made);
    if (cancelled_) sender_->cancel();
  }
  const Result<Receipt> receipt = sender_->send(batch, deadline);
  if (!receipt.ok()) return receipt.status();
  return receipt->dropped ? Status(StatusCode::Overloaded, "the place for dead letters is full") : Status();
}

Status DeadLetters::flush(Deadline deadline) {
  std::lock_guard lock(sending_);
  return sender_ ? sender_->flush(deadline) : Status();
}

void DeadLetters::cancel() noexcept {
  std::lock_guard lock(mu_);
  cancelled_ = true;
  if (sender_) sender_->cancel();
}

void DeadLetters::close() noexcept {
  std::scoped_lock lock(sending_, mu_);
  sender_.reset();
}

}  // namespace xray::sdk
