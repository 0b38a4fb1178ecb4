#pragma once
// The background thread: batches what was recorded, sends it, tries again.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "batch_box.h"
#include "event_queue.h"
#include "problem_log.h"
#include "settings.h"
#include "xray/sdk/client.h"
#include "xray/transport.h"

namespace xray::sdk {

using SenderFactory = std::function<Result<std::unique_ptr<Sender>>()>;

/// Holds one batch at a time until it is decided: delivered, refused for good, or given up by close(). While it holds
/// one, the queue fills up.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: close() before the end. The thread begins with
/// ensureStarted(), so that a forked child has one only when it records.
class Shipper {
 public:
  /// `sender` may be null: then the thread makes one.
  Shipper(const Settings& settings, EventQueue& queue, const SenderFactory& makeSender, std::unique_ptr<Sender> sender,
          LogSink log);
  Shipper(const Shipper&) = delete;
  Shipper& operator=(const Shipper&) = delete;
  ~Shipper();

  /// False when no thread could be had; the next call tries again.
  bool ensureStarted() noexcept;
  void wake() noexcept;
  DeliveryReport flush(Deadline deadline);
  /// Stops the queue, delivers what is in it and ends the thread. What is not delivered by the deadline is given up.
  DeliveryReport close(Deadline deadline);

 private:
  struct Turn {
    std::uint64_t flush;
    bool closing;
  };

  void run();
  Turn waitForTurn(bool quiet);
  void endTurn(const Turn& turn);
  void deliverAll(Drained& drained);
  void deliver(const EventRange& range);
  Result<Receipt> send(const Batch& batch, Deadline deadline);

  void settleDelivered(const EventRange& range, const Receipt& receipt);
  void splitOrLose(const EventRange& range, const Status& failure);
  void giveUp(const EventRange& range, const std::string& reason);
  void abandon(const EventRange& range);
  void discard(Drained& drained);
  void settle(const EventRange& range);

  std::optional<Deadline> sendDeadline();
  bool closing();
  void remember(const Status& failure);
  Microseconds backoff(unsigned tries);
  void pause(Microseconds wait, bool flushEndsIt);
  DeliveryReport report(Status status);
  Status failureStatus(StatusCode code, const std::string& what);

  const Settings& settings_;
  EventQueue& queue_;
  LiveCounters& counters_;
  const SenderFactory& makeSender_;

  std::atomic<bool> started_{false};
  std::atomic<std::uint64_t> unsettled_{0};       // events drained and not decided
  std::atomic<std::uint64_t> abandonedBytes_{0};  // by close()

  std::mutex mu_;
  std::condition_variable work_;  // the shipper waits
  std::condition_variable done_;  // callers wait
  // Guarded by mu_.
  bool wake_ = false;
  bool closing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;  // the thread has nothing more to do
  bool closed_ = false;    // … and was joined
  std::uint64_t flushWanted_ = 0;
  std::uint64_t flushed_ = 0;
  Deadline closeBy_{};
  Status lastFailure_;
  Status flushStatus_;
  std::unique_ptr<Sender> sender_;  // set once; only the thread sends
  std::thread thread_;

  // The thread's own.
  BatchBox box_;
  ProblemLog log_;
  bool schemaSent_ = false;
  std::minstd_rand random_;
};

}  // namespace xray::sdk
