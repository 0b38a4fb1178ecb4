#pragma once
// The local spool behind a client: where batches go while the backend is away, and how they get out again.
//
//                  backend away, overloaded,
//                  or refuses the key              queue filling up, drain failing,
//        +--------+  for `patience`    +--------+  or `patience` over  +---------+
//   ---->| direct |------------------->|spooling|<---------------------| holding |
//        +--------+                    +--------+                      +---------+
//            ^                             |  little left, drain working   ^ |
//            |                             +-------------------------------+ |
//            +---------------------------------------------------------------+
//                                    nothing left
//
// Direct: the shipper sends to the backend; the drain has nothing to do.
// Spooling: new batches go behind the older ones; the drain tries the oldest again and again.
// Holding: the open segment is sealed and the next batch waits in the shipper, those behind it in the queue.
//
// There is no livelock under constant load. While it spools, the spool shrinks if the backend takes more than is
// recorded. Holding begins when no more is left than half of the queue: in the time that the drain needs for that, no
// more than that comes in, so the queue does not overflow, and nothing new delays the drain's end. If the backend takes
// less than is recorded, it would not do directly either: the spool takes up the rest.
//
// A client begins by spooling if an earlier process has left something, else directly.

#include <memory>
#include <mutex>
#include <optional>

#include "dead_letters.h"
#include "drain.h"
#include "event_queue.h"
#include "problem_log.h"
#include "settings.h"
#include "wires.h"

namespace xray::sdk {

/// Thread-safety: the shipper's thread calls everything; the methods marked so may be called from all. Lifetime: stop()
/// before the end.
class Fallback {
 public:
  Fallback(const Settings& settings, const Wires& wires, DeadLetters& deadLetters, EventQueue& queue, ProblemLog& log);
  Fallback(const Fallback&) = delete;
  Fallback& operator=(const Fallback&) = delete;
  ~Fallback();

  /// Starts the drain, which also takes what earlier processes left.
  void start();

  /// False: send directly.
  bool inUse() const { return inUse_; }
  /// The backend did not take a batch for so long that it is to be spooled, and those after it.
  void enter(const Status& failure);
  /// The backend has taken a batch directly.
  void leave();

  enum class Progress {
    Drained,  // nothing is left
    Near,     // so little that it is worth while to wait for it
    Behind,   // spool on
    Unknown   // the drain has not been heard of for long: the backend may be asked directly
  };
  Progress look();
  /// What to do when waiting for the drain took too long: true when all that it could take is gone.
  bool nothingReady();

  Result<Receipt> spool(const Batch& batch, Deadline deadline);
  /// Makes everything spooled durable, and lets the drain have it.
  Status flush(Deadline deadline);
  /// Something that this client spooled is on its way to the backend, without trouble.
  bool delivering();
  /// Bytes in the spool, also of other processes. From any thread: as they were last seen.
  std::uint64_t waitingBytes() const { return waitingBytes_.load(std::memory_order_relaxed); }

  /// Ends the drain and lets go of the spool; what is in it stays there.
  void stop(Deadline deadline);
  /// Makes running and later calls of spool() and the drain end soon. From any thread.
  void cancel() noexcept;

 private:
  std::optional<Backlog> backlog();
  bool shouldProbe() const;

  const Settings& settings_;
  const Wires& wires_;
  EventQueue& queue_;
  ProblemLog& log_;
  Drain drain_;

  std::unique_ptr<Receiver> receiver_;
  bool started_ = false;
  Deadline startAgain_{};

  bool inUse_ = false;
  Deadline lastSpooled_{};
  Deadline lastProbe_{};
  Deadline notBefore_{};  // the backend wants to see nobody before
  std::uint64_t setAside_ = 0;
  std::atomic<std::uint64_t> waitingBytes_{0};

  std::mutex mu_;
  bool cancelled_ = false;          // guarded by mu_
  std::unique_ptr<Sender> sender_;  // set once, under mu_; used by the shipper's thread
};

}  // namespace xray::sdk
