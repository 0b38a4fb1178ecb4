#pragma once
// The bounded queue between the recording threads and the shipper.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "buffer_registry.h"
#include "chunk.h"
#include "frame.h"
#include "live_counters.h"
#include "queue_budget.h"
#include "run_state.h"
#include "settings.h"
#include "thread_buffer.h"
#include "xray/sdk/run.h"
#include "xray/time.h"

namespace xray::sdk {

/// Everything that waited, to be sent in this order: runs that began, announcements of open steps, steps that ended,
/// runs that ended.
struct Drained {
  FrameList runsStarted;
  FrameList stepsStarted;
  FrameList stepsEnded;
  FrameList runsEnded;

  bool empty() const { return runsStarted.empty() && stepsStarted.empty() && stepsEnded.empty() && runsEnded.empty(); }
  /// Events, announcements apart.
  std::uint64_t events() const { return runsStarted.frames() + stepsEnded.frames() + runsEnded.frames(); }
};

/// Steps lie in a buffer for each thread; beginnings and ends of runs, which are few, in two lists of their own.
/// drain() takes ends first and beginnings last, and they are sent the other way round. So whatever is sent of a run
/// follows its beginning and comes before its end: what was recorded before something that drain() took was there when
/// drain() came to it.
///
/// Capacity: Settings::queueBytes (QueueBudget). Full: the event is counted in its run's `lost` and in
/// Counters::queueFull, or the recording thread waits. Bytes count until the shipper releases them.
///
/// Thread-safety: recording may be concurrent; drain() is for one thread. Lifetime: of the recorder, which every
/// RunState keeps alive. Errors: recording never throws.
class EventQueue {
 public:
  /// `wake` is called from recording threads when the shipper has something to do: seldom (a batch is full, or it is
  /// idle).
  EventQueue(const Settings& settings, LiveCounters& counters, const Clock& clock, std::function<void()> wake);
  ~EventQueue();

  /// A run with one reference for the caller, or null when it could not be made.
  RunState* startRun(std::shared_ptr<Recorder> recorder, std::string_view pipeline, const Fields& metadata,
                     const RunOptions& options) noexcept;
  /// Queues the run's end, only the first time. `error` empty: completed.
  void endRun(RunState& run, std::string_view error, const std::optional<Id>& stepId,
              std::optional<Timestamp> at) noexcept;

  /// An open step, or null.
  StepState* beginStep(RunState& run, const StepState* parent, std::string_view name, std::string_view stepType,
                       const StepOptions& options) noexcept;
  enum class Section { Input, Output, Reasoning };
  void addToStep(StepState& step, Section section, const Fields& fields) noexcept;
  void failStep(StepState& step, std::string_view type, std::string_view message, const Fields& details) noexcept;
  /// Queues the step's end; the pointer is not valid afterwards.
  void endStep(StepState* step, std::optional<Timestamp> at) noexcept;

  Drained drain();
  /// Gives up what was drained: its room and its references.
  void discard(Drained& drained) noexcept;
  ChunkPool& pool() { return pool_; }
  QueueBudget& budget() { return budget_; }
  LiveCounters& counters() { return counters_; }
  /// Events that drain() would give, announcements apart.
  std::uint64_t waiting() const;
  bool hasWork() const;
  /// While it is set, recording wakes the shipper. Set it before the last look with hasWork().
  void setIdle(bool idle) { idle_.store(idle); }

  /// From now on everything recorded is counted as afterClose.
  void stop() noexcept;
  /// Takes a run back that nobody refers to.
  void recycle(RunState* run) noexcept;

 private:
  static constexpr std::size_t kKeptRuns = 256;
  static constexpr std::size_t kKeptMetadata = std::size_t{4} << 10;  // bytes of each

  Timestamp now(std::optional<Timestamp> given) const { return given ? *given : clock_.now(); }
  RunState* newRun();
  bool queueStep(StepState& step, Timestamp at);
  void queueEdge(FrameList& list, const Frame& frame, FrameTexts texts) noexcept;
  bool reserve(std::size_t bytes, QueueBudget::Use use) noexcept;
  /// Never under a lock of the queue: the shipper looks into the queue under its own.
  void afterAppend() noexcept;
  void lose(RunState& run, LiveCounters::Count& total, std::atomic<std::uint32_t> LostEvents::*reason) noexcept;

  const Settings& settings_;
  LiveCounters& counters_;
  const Clock& clock_;
  const std::function<void()> wake_;

  ChunkPool pool_;
  QueueBudget budget_;
  BufferRegistry buffers_;
  std::atomic<bool> idle_{false};
  std::atomic<bool> wakeAsked_{false};
  std::atomic<bool> stopped_{false};  // changes under mu_

  mutable std::mutex mu_;
  FrameList runsStarted_;                            // guarded by mu_
  FrameList runsEnded_;                              // guarded by mu_
  std::vector<std::unique_ptr<RunState>> freeRuns_;  // guarded by mu_
};

}  // namespace xray::sdk
