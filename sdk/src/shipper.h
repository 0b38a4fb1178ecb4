#pragma once
// The background thread: batches what was recorded, sends it, tries again, spools it where a fallback is configured.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "batch_box.h"
#include "dead_letters.h"
#include "event_queue.h"
#include "fallback.h"
#include "problem_log.h"
#include "retry_pause.h"
#include "settings.h"
#include "wires.h"
#include "xray/sdk/client.h"
#include "xray/transport.h"

namespace xray::sdk {

/// Holds one batch at a time until it is decided: delivered, spooled, refused for good, or given up by close(). While
/// it holds one, the queue fills up.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: close() before the end. The thread begins with
/// ensureStarted(), so that a forked child has one only when it records.
class Shipper {
 public:
  /// `sender` may be null: then the thread makes one.
  Shipper(const Settings& settings, EventQueue& queue, const Wires& wires, std::unique_ptr<Sender> sender, LogSink log);
  Shipper(const Shipper&) = delete;
  Shipper& operator=(const Shipper&) = delete;
  ~Shipper();

  /// False when no thread could be had; the next call tries again.
  bool ensureStarted() noexcept;
  void wake() noexcept;
  DeliveryReport flush(Deadline deadline);
  /// Stops the queue, delivers what is in it and ends the thread. What is not delivered or spooled by the deadline is
  /// given up.
  DeliveryReport close(Deadline deadline);

 private:
  struct Turn {
    std::uint64_t flush;
    bool closing;
  };
  enum class Way { Backend, Spool };
  struct Tries {
    unsigned number = 0;
    std::optional<Way> way;  // of the last one
    Deadline patience{};     // with the backend
    bool spoolBroken = false;
  };

  // The thread.
  void run() noexcept;
  Turn waitForTurn(bool quiet);
  void takeTurn(Drained& drained) noexcept;
  void endTurn(const Turn& turn) noexcept;
  Status flushWires();
  void endDrain();

  // One batch.
  void deliverAll(Drained& drained);
  void deliver(const EventRange& range);
  Way chooseWay();
  bool waitWithTheBackend(const Status& failure, const Tries& tries);
  void waitAndCount(const Status& failure, Tries& tries);
  Result<Receipt> send(const Batch& batch, Deadline deadline);
  void settleSent(const EventRange& range, const Receipt& receipt, Way way);
  void noteDropped(const EventRange& range, const Receipt& receipt);
  void noteRejected(const EventRange& range, const Receipt& receipt);
  void splitOrLose(const EventRange& range, const Batch& batch, const Status& failure);
  void giveUp(const EventRange& range, const Batch& batch, const Status& failure);
  void keepDeadLetter(const EventRange& range, const Batch& batch);
  void countGivenUp(const EventRange& range) noexcept;
  void abandon(const EventRange& range) noexcept;
  void discard(Drained& drained) noexcept;
  void settle(const EventRange& range) noexcept;

  // Shared with callers.
  std::optional<Deadline> sendDeadline();
  Deadline patienceEnd();
  bool closing();
  void remember(const Status& failure);
  void pause(Microseconds wait, bool flushEndsIt);
  void waitForTheEnd(std::unique_lock<std::mutex>& lock);
  DeliveryReport report(Status status);
  Status failureStatus(StatusCode code, const std::string& what);

  const Settings& settings_;
  EventQueue& queue_;
  LiveCounters& counters_;
  const Wires& wires_;

  std::atomic<bool> started_{false};
  std::atomic<std::uint64_t> unsettled_{0};       // events drained and not decided
  std::atomic<std::uint64_t> abandonedBytes_{0};  // by close()

  std::mutex mu_;
  std::condition_variable work_;  // the shipper waits
  std::condition_variable done_;  // callers wait
  // Guarded by mu_.
  bool wake_ = false;
  bool closing_ = false;
  bool backendOver_ = false;  // close() has no more time for the backend: what is left is spooled
  bool cancelled_ = false;
  bool finished_ = false;  // the thread has nothing more to do
  bool closed_ = false;    // … and was joined
  std::uint64_t flushWanted_ = 0;
  std::uint64_t flushed_ = 0;
  Deadline closeBy_{};
  Deadline backendBy_{};  // with a fallback: close() leaves the rest of its time to the spool
  Deadline drainBy_{};    // … and waits for its drain no longer
  Status lastFailure_;
  Status flushStatus_;
  std::unique_ptr<Sender> sender_;  // set once; only the thread sends
  std::thread thread_;

  ProblemLog log_;
  DeadLetters deadLetters_;

  // The thread's own, as far as Fallback says so.
  BatchBox box_;
  std::optional<Fallback> fallback_;
  RetryPause retryPause_;
  bool schemaSent_ = false;
};

}  // namespace xray::sdk
