#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "server/ingest/batch_queue.h"
#include "server/ingest/group_commit.h"
#include "server/ingest/index_keeper.h"
#include "server/ingest/ingest_options.h"

namespace xray::server {

/// The way of a batch from a receiver into the store: decoded on the receiver's thread, queued (BatchQueue), stored
/// together with others that wait by one of Store::appendConcurrency() committing threads, and answered once that is
/// durable.
///
/// The queue is bounded by IngestOptions::queueBytes: a batch that does not fit is refused with Overloaded and counted.
/// Queries run elsewhere, so they never hold it up.
///
/// Thread-safety: submit, counters and depth may be called concurrently; stop from one thread. Lifetime: borrows the
/// store, validator and clock, which outlive it; receivers stop before it does.
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
  BatchQueue::Depth depth() const { return queue_.depth(); }

 private:
  class Reservation;

  /// One thread that stores groups, with caches of its own.
  struct Committer {
    Committer(Store& store, const SchemaValidator& validator, const Clock& clock, const Options& options,
              GroupCommit::SchemaStored schemaStored);

    SchemaCatalog catalog;
    GroupCommit groupCommit;
    std::thread thread;  // joined by stop()
  };

  /// Why a batch of so many bytes cannot enter, counted.
  Status reserve(std::size_t bytes);
  /// Decodes and queues. Not Ok: the sender must be told, and nothing is held for it any more.
  Status decode(Batch batch, PendingBatch& pending);
  void commitUntilStopped(Committer& committer);
  /// Answers each batch of the group once, whatever is thrown.
  void commit(Committer& committer, std::span<PendingBatch> group);
  static void answerRest(std::span<PendingBatch> group, const Status& status);

  const IngestOptions options_;
  IndexKeeper indexes_;
  BatchQueue queue_;
  std::atomic<std::uint64_t> overloaded_{0}, unreadable_{0};
  std::vector<std::unique_ptr<Committer>> committers_;  // constant after construction
};

}  // namespace xray::server
