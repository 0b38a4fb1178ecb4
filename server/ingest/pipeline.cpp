#include "server/ingest/pipeline.h"

#include <spdlog/spdlog.h>

#include <bit>

namespace xray::server {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};

// Allocates nothing that is large: it may be memory that has run out.
Status outOfResources(std::string_view doing, const std::exception& error) {
  spdlog::error("ingest: {} failed: {}", doing, error.what());
  return Status(StatusCode::Unavailable, "ingest failed").retryIn(kRetryAfter);
}

}  // namespace

/// The room that a batch holds while it is decoded; given back at the end unless the batch was queued.
class Pipeline::Reservation {
 public:
  Reservation(BatchQueue& queue, std::size_t bytes) : queue_(queue), bytes_(bytes) {}
  ~Reservation() {
    if (!queued_) queue_.leave(bytes_);
  }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  void queued() { queued_ = true; }

 private:
  BatchQueue& queue_;
  const std::size_t bytes_;
  bool queued_ = false;
};

Pipeline::Committer::Committer(Store& store, const SchemaValidator& validator, const Clock& clock,
                               const Options& options, GroupCommit::SchemaStored schemaStored)
    : catalog(store, validator, clock, options.incompleteAfter),
      groupCommit(store, catalog, options.mode, clock, std::move(schemaStored)) {}

Pipeline::Pipeline(Store& store, const SchemaValidator& validator, const Clock& clock, const Options& options)
    : options_(options.ingest), indexes_(store, clock, options.incompleteAfter), queue_(options_) {
  const std::size_t committers = store.appendConcurrency();
  for (std::size_t i = 0; i < committers; ++i) {
    committers_.push_back(std::make_unique<Committer>(
        store, validator, clock, options, [this](JsonText definition) { indexes_.schemaStored(definition); }));
  }
  for (const auto& committer : committers_) {
    committer->thread = std::thread([this, &committer = *committer] { commitUntilStopped(committer); });
  }
}

Pipeline::~Pipeline() {
  stop(Deadline::min());
}

void Pipeline::submit(Batch batch, Done done) {
  PendingBatch pending;
  pending.bytes = batch.body.size();
  pending.done = std::move(done);
  Status refusal = reserve(pending.bytes);
  if (refusal.ok()) refusal = decode(std::move(batch), pending);
  if (!refusal.ok()) pending.answer(std::move(refusal));
}

Status Pipeline::reserve(std::size_t bytes) {
  if (bytes > options_.limits.maxBatchBytes) {
    unreadable_.fetch_add(1, std::memory_order_relaxed);
    return Status(StatusCode::TooLarge, "a batch of " + std::to_string(bytes) + " bytes; at most " +
                                            std::to_string(options_.limits.maxBatchBytes) + " are taken");
  }
  Status status = queue_.enter(bytes);
  if (status.code() == StatusCode::Overloaded) {
    const std::uint64_t refused = overloaded_.fetch_add(1, std::memory_order_relaxed) + 1;
    // Each time their number has doubled: said often enough to be seen, and not once a batch.
    if (std::has_single_bit(refused)) spdlog::warn("ingest: the queue is full; {} batches refused so far", refused);
  }
  return status;
}

Status Pipeline::decode(Batch batch, PendingBatch& pending) {
  try {
    Reservation reservation(queue_, pending.bytes);
    Result<DecodedBatch> decoded = decodeBatch(std::move(batch), options_.limits);
    if (!decoded.ok()) {
      unreadable_.fetch_add(1, std::memory_order_relaxed);
      return decoded.status();
    }
    pending.decoded = std::move(*decoded);
    queue_.push(pending);
    reservation.queued();
    return {};
  } catch (const std::exception& error) {
    return outOfResources("decoding a batch", error);
  }
}

void Pipeline::commitUntilStopped(Committer& committer) {
  while (true) {
    std::vector<PendingBatch> group = queue_.take();
    if (group.empty()) return;
    if (queue_.pastDeadline()) {
      answerRest(group, Status(StatusCode::Unavailable, "the backend is shutting down").retryIn(kRetryAfter));
    } else {
      commit(committer, group);
    }
    queue_.done(group);
  }
}

void Pipeline::commit(Committer& committer, std::span<PendingBatch> group) {
  try {
    committer.groupCommit.commit(group);
  } catch (const std::exception& error) {
    answerRest(group, outOfResources("storing a group of batches", error));
  }
}

void Pipeline::answerRest(std::span<PendingBatch> group, const Status& status) {
  for (PendingBatch& batch : group) {
    try {
      batch.answer(status);
    } catch (const std::exception& error) {
      spdlog::error("ingest: answering a batch failed: {}", error.what());
    }
  }
}

void Pipeline::stop(Deadline deadline) {
  queue_.stop(deadline);
  for (const auto& committer : committers_) {
    if (committer->thread.joinable()) committer->thread.join();
  }
  indexes_.stop();
}

IngestCounters Pipeline::counters() const {
  IngestCounters counters;
  for (const auto& committer : committers_) committer->groupCommit.addTo(counters);
  counters.overloadedBatches = overloaded_.load(std::memory_order_relaxed);
  counters.unreadableBatches = unreadable_.load(std::memory_order_relaxed);
  return counters;
}

}  // namespace xray::server
