#include "server/ingest/pipeline.h"

#include <spdlog/spdlog.h>

#include <bit>

namespace xray::server {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};

Status shuttingDown() {
  return Status(StatusCode::Unavailable, "the backend is shutting down").retryIn(kRetryAfter);
}

// Allocates nothing that is large: it may be memory that has run out.
Status outOfResources(std::string_view doing, const std::exception& error) {
  spdlog::error("ingest: {} failed: {}", doing, error.what());
  return Status(StatusCode::Unavailable, "ingest failed").retryIn(kRetryAfter);
}

}  // namespace

/// The room that a batch holds while it is decoded; given back at the end unless the batch was queued.
class Pipeline::Reservation {
 public:
  Reservation(Pipeline& pipeline, std::size_t bytes) : pipeline_(pipeline), bytes_(bytes) {}
  ~Reservation() {
    if (!queued_) pipeline_.release(bytes_);
  }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  void queued() { queued_ = true; }

 private:
  Pipeline& pipeline_;
  const std::size_t bytes_;
  bool queued_ = false;
};

Pipeline::Pipeline(Store& store, const SchemaValidator& validator, const Clock& clock, const Options& options)
    : options_(options.ingest),
      indexes_(store, clock, options.incompleteAfter),
      catalog_(store, validator, clock, options.incompleteAfter),
      groupCommit_(store, catalog_, options.mode, clock,
                   [this](JsonText definition) { indexes_.schemaStored(definition); }),
      committer_([this] { commitUntilStopped(); }) {}

Pipeline::~Pipeline() {
  stop(Deadline::min());
}

void Pipeline::submit(Batch batch, Done done) {
  PendingBatch pending{{}, batch.body.size(), std::move(done)};
  Status refusal;
  if (reserve(pending.bytes, refusal)) refusal = decode(std::move(batch), pending);
  if (!refusal.ok()) pending.answer(std::move(refusal));
}

Status Pipeline::decode(Batch batch, PendingBatch& pending) {
  try {
    Reservation reservation(*this, pending.bytes);
    Result<DecodedBatch> decoded = decodeBatch(std::move(batch), options_.limits);
    if (!decoded.ok()) {
      unreadable_.fetch_add(1, std::memory_order_relaxed);
      return decoded.status();
    }
    pending.decoded = std::move(*decoded);
    enqueue(pending);
    reservation.queued();
    return {};
  } catch (const std::exception& error) {
    return outOfResources("decoding a batch", error);
  }
}

bool Pipeline::reserve(std::size_t bytes, Status& refusal) {
  const std::lock_guard lock(mu_);
  if (stopping_) {
    refusal = shuttingDown();
    return false;
  }
  if (bytes > options_.limits.maxBatchBytes) {
    unreadable_.fetch_add(1, std::memory_order_relaxed);
    refusal = Status(StatusCode::TooLarge, "a batch of " + std::to_string(bytes) + " bytes; at most " +
                                               std::to_string(options_.limits.maxBatchBytes) + " are taken");
    return false;
  }
  if (heldBytes_ + bytes > options_.queueBytes) {
    const std::uint64_t refused = overloaded_.fetch_add(1, std::memory_order_relaxed) + 1;
    // Each time their number has doubled: said often enough to be seen, and not once a batch.
    if (std::has_single_bit(refused)) spdlog::warn("ingest: the queue is full; {} batches refused so far", refused);
    refusal =
        Status(StatusCode::Overloaded, "ingest is full: " + std::to_string(heldBytes_) +
                                           " bytes wait for the store, of " + std::to_string(options_.queueBytes));
    refusal.retryIn(kRetryAfter);
    return false;
  }
  heldBytes_ += bytes;
  ++decoding_;
  return true;
}

void Pipeline::release(std::size_t bytes) {
  const std::lock_guard lock(mu_);
  heldBytes_ -= bytes;
  --decoding_;
  changed_.notify_all();
}

void Pipeline::enqueue(PendingBatch& batch) {
  const std::lock_guard lock(mu_);
  waiting_.push_back(std::move(batch));
  --decoding_;
  changed_.notify_all();
}

void Pipeline::commitUntilStopped() {
  while (true) {
    std::vector<PendingBatch> group = takeGroup();
    if (group.empty()) return;
    std::size_t bytes = 0;
    for (const PendingBatch& batch : group) bytes += batch.bytes;
    bool tooLate = false;
    {
      const std::lock_guard lock(mu_);
      tooLate = stopping_ && std::chrono::steady_clock::now() > drainUntil_;
    }
    if (tooLate) {
      answerRest(group, shuttingDown());
    } else {
      commit(group);
    }
    const std::lock_guard lock(mu_);
    heldBytes_ -= bytes;
  }
}

void Pipeline::commit(std::span<PendingBatch> group) {
  try {
    groupCommit_.commit(group);
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

std::vector<PendingBatch> Pipeline::takeGroup() {
  std::unique_lock lock(mu_);
  changed_.wait(lock, [this] { return !waiting_.empty() || (stopping_ && decoding_ == 0); });
  std::vector<PendingBatch> group;
  std::size_t events = 0;
  std::size_t bytes = 0;
  while (!waiting_.empty()) {
    const PendingBatch& next = waiting_.front();
    if (!group.empty() &&
        (events + next.decoded.events.size() > options_.commitEvents || bytes + next.bytes > options_.commitBytes))
      break;
    events += next.decoded.events.size();
    bytes += next.bytes;
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void Pipeline::stop(Deadline deadline) {
  {
    const std::lock_guard lock(mu_);
    if (!stopping_) {
      stopping_ = true;
      drainUntil_ = deadline;
    }
    changed_.notify_all();
  }
  if (committer_.joinable()) committer_.join();
  indexes_.stop();
}

IngestCounters Pipeline::counters() const {
  IngestCounters counters;
  groupCommit_.addTo(counters);
  counters.overloadedBatches = overloaded_.load(std::memory_order_relaxed);
  counters.unreadableBatches = unreadable_.load(std::memory_order_relaxed);
  return counters;
}

}  // namespace xray::server
