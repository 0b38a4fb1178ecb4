#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "answers.h"
#include "spool_watch.h"
#include "writer_drain.h"
#include "xray/time.h"

namespace xray::filetransport {

struct LoopSettings {
  DrainSettings drain;
  Microseconds pollInterval{};
  std::size_t inFlight = 1;
};

/// Reads a spool with one thread and gives its batches to a sink, those of one writer in order, at most `inFlight`
/// (and some megabytes) unanswered. When the sink refuses for now, the thread waits, and goes on from the first batch
/// that is not stored, one at a time until the sink takes them again.
///
/// Thread-safety: stop and progress from any thread. Lifetime: the sink outlives stop().
class DrainLoop {
 public:
  /// Throws std::system_error when there is no thread or file descriptor to be had.
  DrainLoop(std::filesystem::path dir, std::shared_ptr<const spool::Directory> spool, const LoopSettings& settings,
            Sink& sink);
  /// Stops, waiting for no answer, unless stop() was called.
  ~DrainLoop();

  /// Submits nothing more, waits for the answers that are missing, makes the progress durable, ends the thread.
  ///   DeadlineExceeded  answers were missing at the deadline
  Status stop(Deadline deadline);

  /// How far the writers that this reads were read.
  std::map<Id, spool::Checkpoint> consumed() const;
  std::shared_ptr<const spool::Directory> directory() const;
  /// Held while files are listed, so that none is missed because it gets another name.
  std::mutex& listing() const { return listing_; }
  std::uint64_t setAside() const { return setAside_.load(std::memory_order_relaxed); }

 private:
  enum class State { Pending, InFlight, Settled };
  struct Entry {
    WriterDrain* drain;
    WriterDrain::Piece piece;
    State state;
    std::uint64_t ticket = 0;  // while InFlight
    std::size_t bytes = 0;     // while InFlight
  };

  void run();
  void finish();
  void lookAround();
  void openSpool();
  void addWriters();
  void sayOnce(const std::string& message);
  bool step();
  bool readOne();
  bool readFrom(std::size_t index);
  bool mayFly() const;
  void landed(Entry& entry);
  void submit(Entry& entry, Batch batch);
  void submitAgain(Entry& entry);
  void takeAnswers();
  void answered(Entry& entry, const Status& status);
  void refused(Entry& entry, const Status& why);
  void pauseFor(const Status& why);
  void settle();
  void checkpoint();
  void removeDrained();
  void wait(Deadline until);

  const std::filesystem::path dir_;
  const LoopSettings settings_;
  Sink& sink_;
  const std::shared_ptr<Answers> answers_;
  std::atomic<std::uint64_t> setAside_{0};
  std::atomic<bool> stopping_{false};

  mutable std::mutex listing_;
  mutable std::mutex mu_;
  std::shared_ptr<const spool::Directory> spool_;  // guarded by mu_; changed by the thread alone
  std::map<Id, spool::Checkpoint> consumed_;       // guarded by mu_
  Deadline stopBy_{};                              // guarded by mu_

  // The thread's own.
  SpoolWatch watch_;
  std::unique_ptr<Quarantine> quarantine_;
  std::vector<std::unique_ptr<WriterDrain>> drains_;  // by writer
  std::size_t turn_ = 0;
  std::deque<Entry> window_;  // read, not settled; in order
  std::size_t inFlight_ = 0;
  std::size_t inFlightBytes_ = 0;
  std::uint64_t lastTicket_ = 0;
  bool probing_ = false;
  Deadline pauseUntil_{};
  std::chrono::milliseconds pause_{};
  Deadline lookedAt_{};
  Deadline lookAt_{};
  Deadline checkpointAt_{};
  std::set<std::string> told_;  // names found in the spool, so bounded by it

  bool cutOff_ = false;  // answers were missing; read after the join
  std::thread thread_;
};

}  // namespace xray::filetransport
