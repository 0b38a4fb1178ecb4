#include "server/ingest/batch_queue.h"

#include <algorithm>
#include <string>

namespace xray::server {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};

/// What decides whether a batch may be stored beside others.
void noteSubjects(PendingBatch& batch) {
  std::vector<Id>& runs = batch.runs;
  for (const Event& event : batch.decoded.events) {
    const Id* run = event.runId();
    if (!run) {
      batch.registersSchema = true;
    } else if (runs.empty() || runs.back() != *run) {
      runs.push_back(*run);
    }
  }
  std::ranges::sort(runs);
  runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
}

}  // namespace

Status BatchQueue::enter(std::size_t bytes) {
  const std::lock_guard lock(mu_);
  if (stopping_) return Status(StatusCode::Unavailable, "the backend is shutting down").retryIn(kRetryAfter);
  if (heldBytes_ + bytes > options_.queueBytes) {
    return Status(StatusCode::Overloaded, "ingest is full: " + std::to_string(heldBytes_) +
                                              " bytes wait for the store, of " + std::to_string(options_.queueBytes))
        .retryIn(kRetryAfter);
  }
  heldBytes_ += bytes;
  ++heldBatches_;
  ++decoding_;
  return {};
}

void BatchQueue::leave(std::size_t bytes) {
  const std::lock_guard lock(mu_);
  heldBytes_ -= bytes;
  --heldBatches_;
  --decoding_;
  changed_.notify_all();
}

void BatchQueue::push(PendingBatch& batch) {
  noteSubjects(batch);
  const std::lock_guard lock(mu_);
  waiting_.push_back(std::move(batch));
  --decoding_;
  changed_.notify_all();
}

bool BatchQueue::mayGo(const PendingBatch& batch) const {
  if (groups_ == 0) return true;
  return !schemaInWork_ && !batch.registersSchema &&
         std::ranges::none_of(batch.runs, [this](const Id& run) { return inWork_.contains(run); });
}

bool BatchQueue::ready() const {
  return waiting_.empty() ? stopping_ && decoding_ == 0 : mayGo(waiting_.front());
}

std::vector<PendingBatch> BatchQueue::take() {
  std::unique_lock lock(mu_);
  changed_.wait(lock, [this] { return ready(); });
  std::vector<PendingBatch> group;
  std::size_t events = 0;
  std::size_t bytes = 0;
  while (!waiting_.empty() && mayGo(waiting_.front())) {
    PendingBatch& next = waiting_.front();
    events += next.decoded.events.size();
    bytes += next.bytes;
    if (!group.empty() && (events > options_.commitEvents || bytes > options_.commitBytes)) break;
    group.push_back(std::move(next));
    waiting_.pop_front();
  }
  if (group.empty()) return group;
  for (const PendingBatch& batch : group) {
    schemaInWork_ |= batch.registersSchema;
    inWork_.insert(batch.runs.begin(), batch.runs.end());
  }
  ++groups_;
  return group;
}

void BatchQueue::done(const std::vector<PendingBatch>& group) {
  const std::lock_guard lock(mu_);
  for (const PendingBatch& batch : group) {
    heldBytes_ -= batch.bytes;
    if (batch.registersSchema) schemaInWork_ = false;
    for (const Id& run : batch.runs) inWork_.erase(run);
  }
  heldBatches_ -= group.size();
  --groups_;
  changed_.notify_all();
}

void BatchQueue::stop(Deadline deadline) {
  const std::lock_guard lock(mu_);
  if (stopping_) return;
  stopping_ = true;
  drainUntil_ = deadline;
  changed_.notify_all();
}

BatchQueue::Depth BatchQueue::depth() const {
  const std::lock_guard lock(mu_);
  return {heldBytes_, heldBatches_};
}

bool BatchQueue::pastDeadline() const {
  const std::lock_guard lock(mu_);
  return stopping_ && std::chrono::steady_clock::now() > drainUntil_;
}

}  // namespace xray::server
