#pragma once
// Where batches go that the backend refuses for good, if the configuration names a place.

#include <mutex>

#include "problem_log.h"
#include "wires.h"
#include "xray/time.h"

namespace xray::sdk {

/// Thread-safety: all methods may be called concurrently; the shipper and the drain do.
class DeadLetters {
 public:
  /// `makeSender` null: nothing is kept.
  DeadLetters(const SenderFactory& makeSender, ProblemLog& log) : makeSender_(makeSender), log_(log) {}

  /// True when the batch is kept. Tries once, for a few seconds at most; a failure is logged.
  bool keep(const Batch& batch, Deadline deadline);
  Status flush(Deadline deadline);
  /// Makes keep() fail from now on.
  void cancel() noexcept;
  /// Lets go of the place. After it, nothing is called.
  void close() noexcept;

 private:
  Status send(const Batch& batch, Deadline deadline);

  const SenderFactory& makeSender_;
  ProblemLog& log_;

  std::mutex sending_;  // taken before mu_
  std::mutex mu_;
  bool cancelled_ = false;          // guarded by mu_
  std::unique_ptr<Sender> sender_;  // set once, under both; used under sending_, cancelled under mu_
};

}  // namespace xray::sdk
