#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "server/ingest/ingest_options.h"
#include "server/ingest/pending_batch.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray::server {

/// Batches between receivers and committers, in the order in which they came.
///
/// Several committers get groups that have nothing to do with each other: no run is in two of them at once, and one
/// that registers a schema is alone. So every answer is the same as with one committer, whatever the store does
/// meanwhile, and appends do not wait for each other's rows.
///
/// Capacity: IngestOptions::queueBytes, counted from enter() to done(). Full: enter() says Overloaded.
///
/// Thread-safety: all methods may be called concurrently.
class BatchQueue {
 public:
  explicit BatchQueue(const IngestOptions& options) : options_(options) {}

  /// Room for a batch that is decoded now; leave() or push() must follow.
  ///   Overloaded   no room now
  ///   Unavailable  stop() was called
  Status enter(std::size_t bytes);
  /// Gives the room back: the batch could not be decoded.
  void leave(std::size_t bytes);
  /// The batch waits, in the room that it has. When it throws (out of memory) the batch is the caller's still.
  void push(PendingBatch& batch);

  /// The batches that wait and go together, up to IngestOptions::commitEvents and commitBytes, at least one. Waits for
  /// them; empty only once stop() was called and nothing is left. done() must follow.
  std::vector<PendingBatch> take();
  /// Gives the room of a group back, and its runs to others.
  void done(const std::vector<PendingBatch>& group);

  /// From now on nothing enters. What is in the queue is for take() still, but after `deadline` pastDeadline() is true.
  /// Idempotent: the first deadline stands.
  void stop(Deadline deadline);
  bool pastDeadline() const;

  /// What is between enter() and done() now.
  struct Depth {
    std::size_t bytes = 0;
    std::size_t batches = 0;
  };
  Depth depth() const;

 private:
  bool ready() const;
  bool mayGo(const PendingBatch& batch) const;

  const IngestOptions& options_;

  mutable std::mutex mu_;
  std::condition_variable changed_;
  // Guarded by mu_.
  std::deque<PendingBatch> waiting_;
  std::size_t heldBytes_ = 0;      // being decoded, waiting or being committed
  std::size_t heldBatches_ = 0;    // the same in batches
  std::size_t decoding_ = 0;       // batches that entered and are not in waiting_ yet
  std::size_t groups_ = 0;         // taken and not done
  bool schemaInWork_ = false;      // one of them registers a schema
  std::unordered_set<Id> inWork_;  // their runs
  bool stopping_ = false;
  Deadline drainUntil_{};  // only when stopping_
};

}  // namespace xray::server
