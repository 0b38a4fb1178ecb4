#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/ingest/pipeline.h"
#include "server/parts.h"

namespace xray::server {

/// The backend's ingest without its API: takes what waits on those wires that keep batches into the store.
///
/// One thread at a time. Lifetime: borrows the clock; the destructor stops what still runs.
class Drain {
 public:
  /// Makes the parts that the configuration names, and keeps those receivers whose wire keeps batches.
  ///   InvalidArgument  options that do not go together, or there is no such receiver
  static Result<std::unique_ptr<Drain>> make(LoadedConfig loaded, const Clock& clock);
  ~Drain();

  /// Opens the store, then the receivers. On failure nothing is left running.
  Status start();

  /// What waits on all wires together; after start().
  Result<Backlog> backlog() const;
  IngestCounters counters() const;

  /// Receivers stop, ingest drains, the store closes. What is not done at the deadline is read again the next time.
  /// Idempotent.
  ///   DeadlineExceeded  batches were cut off
  Status stop(Deadline deadline);

  /// Where the batches come from; after start().
  std::vector<std::string> endpoints() const;
  /// Plugins of receivers whose wire keeps nothing, so that there is nothing to drain.
  const std::vector<std::string>& passedOver() const { return passedOver_; }

 private:
  Drain(LoadedConfig loaded, const Clock& clock) : loaded_(std::move(loaded)), clock_(clock) {}

  const LoadedConfig loaded_;
  const Clock& clock_;
  bool opened_ = false;
  std::vector<std::string> passedOver_;
  Parts parts_;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace xray::server
