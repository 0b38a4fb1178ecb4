#pragma once
// Forwards what lies in the spool to the backend: the sink of the fallback's receiver.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string_view>

#include "dead_letters.h"
#include "live_counters.h"
#include "problem_log.h"
#include "retry_pause.h"
#include "settings.h"
#include "wires.h"
#include "xray/transport.h"

namespace xray::sdk {

/// submit() comes back when its batch is decided, or with Unavailable after stop(): it waits and tries again itself, so
/// that the batches behind it stay in their order. It has a sender of its own, beside the shipper's.
///
/// What the backend refuses for good goes to the dead letters; if they do not take it, submit() says InvalidArgument or
/// TooLarge, and the spool sets the whole batch aside.
///
/// Thread-safety: all methods may be called concurrently. Capacity: one batch.
class Drain : public Sink {
 public:
  Drain(const Settings& settings, const SenderFactory& makeSender, DeadLetters& deadLetters, LiveCounters& counters,
        ProblemLog& log);

  void submit(Batch batch, Done done) override;

  /// What it knows of the backend.
  struct Pulse {
    bool busy = false;     // it has a batch in hand
    bool failing = false;  // the last try was in vain, or lasts longer than `patience`, or holdOff() came after it
    Deadline lastTry{};
    Deadline lastSuccess{};
  };
  Pulse pulse() const;
  /// Somebody else found the backend away: no try before `until`.
  void holdOff(Deadline until);
  /// Ends a running submit() soon, and all later ones.
  void stop() noexcept;

 private:
  Result<Receipt> forward(const std::string& body);
  /// Delivers some lines, in pieces if need be, and adds what became of them to `sum`. Not Ok: stopped, or refused.
  Status deliver(std::string_view lines, Receipt& sum);
  Status split(std::string_view lines, const Status& failure, Receipt& sum);
  Status refuse(const Batch& batch, const Status& failure);
  Result<Receipt> send(const Batch& batch);
  bool waitForTurn();
  void settle(const Batch& batch, Receipt receipt, Receipt& sum);
  void note(bool failed, Deadline notBefore);
  void setBusy(bool busy);

  const Settings& settings_;
  const SenderFactory& makeSender_;
  DeadLetters& deadLetters_;
  LiveCounters& counters_;
  ProblemLog& log_;

  std::mutex submitting_;  // taken before mu_
  RetryPause pause_;       // guarded by submitting_

  mutable std::mutex mu_;
  std::condition_variable changed_;
  std::unique_ptr<Sender> sender_;  // set once, under both; used under submitting_, cancelled under mu_
  bool stopped_ = false;            // guarded by mu_
  Deadline notBefore_{};            // guarded by mu_
  Pulse pulse_;                     // guarded by mu_
};

}  // namespace xray::sdk
