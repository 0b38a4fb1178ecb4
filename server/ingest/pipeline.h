#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <thread>

#include "server/ingest/group_commit.h"
#include "server/ingest/index_keeper.h"
#include "server/ingest/ingest_options.h"

namespace xray::server {

/// The way of a batch from a receiver into the store: decoded on the receiver's thread, queued, stored together with
/// the others that wait by one committing thread, and answered once that is durable.
///
/// The queue is bounded by IngestOptions::queueBytes: a batch that does not fit is refused with Overloaded and counted.
/// Queries run elsewhere, so they never hold it up.
///
/// Thread-safety: submit and counters may be called concurrently; stop from one thread. Lifetime: borrows the store,
/// validator and clock, which outlive it; receivers stop before it does.
class Pipeline : public Sink {
 public:
  struct Options {
    IngestOptions ingest;
    ValidationMode mode = ValidationMode::Warn;
    Microseconds incompleteAfter{};
  };

  Pipeline(Store& store, const SchemaValidator& validator, const Clock& clock, const Options& options);
  ~Pipeline() override;

  void submit(Batch batch, Done done) override;

  /// Refuses new batches, commits those that wait, and after `deadline` refuses what is left with Unavailable; joins
  /// the threads. Idempotent.
  void stop(Deadline deadline);

  IngestCounters counters() const;

 private:
  class Reservation;

  bool reserve(std::size_t bytes, Status& refusal);
  void release(std::size_t bytes);
  /// Decodes and queues. Not Ok: the sender must be told, and nothing is held for it any more.
  Status decode(Batch batch, PendingBatch& pending);
  void enqueue(PendingBatch& batch);
  void commitUntilStopped();
  /// Answers each batch of the group once, whatever is thrown.
  void commit(std::span<PendingBatch> group);
  static void answerRest(std::span<PendingBatch> group, const Status& status);
  std::vector<PendingBatch> takeGroup();

  const IngestOptions options_;
  IndexKeeper indexes_;
  SchemaCatalog catalog_;
  GroupCommit groupCommit_;
  std::atomic<std::uint64_t> overloaded_{0}, unreadable_{0};

  mutable std::mutex mu_;
  std::condition_variable changed_;
  std::deque<PendingBatch> waiting_;  // guarded by mu_
  std::size_t heldBytes_ = 0;         // guarded by mu_; being decoded, waiting or being committed
  std::size_t decoding_ = 0;          // guarded by mu_; batches that were let in and are not in waiting_ yet
  bool stopping_ = false;             // guarded by mu_
  Deadline drainUntil_{};             // guarded by mu_; only when stopping_
  std::thread committer_;             // joined by stop()
};

}  // namespace xray::server
