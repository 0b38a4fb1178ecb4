#pragma once
// Where one thread records: its open steps, and the frames of those that ended.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "frame.h"
#include "payload_tape.h"
#include "queue_budget.h"

namespace xray::sdk {

class ThreadBuffer;

/// What is known of a step when it begins.
struct StepHead {
  RunState* run = nullptr;
  Id parentId;
  bool hasParent = false;
  std::int64_t seq = 0;
  Timestamp startedAt;
};

/// An open step; holds one reference of its run.
struct StepState : StepHead {
  ThreadBuffer* buffer = nullptr;  // of the thread that began it; constant

  // Constant while open. The names are as they were given, cut: the wire's rules are for the background.
  Id id;
  std::string name;
  std::string stepType;

  // Guarded by the buffer's lock, because the shipper reads it.
  PayloadTape input;
  // Guarded by the step's one thread at a time.
  PayloadTape output;
  PayloadTape reasoning;
  std::string error;  // JSON
  bool tooLarge = false;

  // The list of steps that are open and not announced, or of those to reuse. Guarded by the buffer's lock.
  StepState* next = nullptr;
  StepState* previous = nullptr;
  bool listed = false;

  std::size_t payloadBytes() const { return input.size() + output.size() + reasoning.size() + error.size(); }
};

/// Thread-safety: all methods may be called concurrently; in the usual case one thread and now and then the shipper do.
/// Lifetime: of the queue, and until its thread has ended, if that is later; then only the destructor is called.
class ThreadBuffer {
 public:
  explicit ThreadBuffer(ChunkPool& pool) : pool_(pool) {}
  ThreadBuffer(const ThreadBuffer&) = delete;
  ThreadBuffer& operator=(const ThreadBuffer&) = delete;
  ~ThreadBuffer();

  /// An open step, empty but for these, with an id made `now`. Throws std::bad_alloc, with nothing begun.
  StepState* begin(const StepHead& head, Timestamp now, std::string_view name, std::string_view stepType);
  /// Runs `change` on the step's input, under the lock.
  template <typename Change>
  void changeInput(StepState& step, Change change) {
    std::lock_guard lock(mu_);
    change(step.input);
  }
  /// Queues the step's frame, which gets a reference of the run, and takes the step back. False after stop(): then
  /// nothing was done, as when it throws std::bad_alloc. The step's own reference is the caller's.
  bool finish(StepState* step, const Frame& frame, const FrameTexts& texts);
  /// Takes the step back without a frame; the step's reference is the caller's.
  void discard(StepState* step) noexcept;

  /// Moves all frames out, and appends an announcement for each open step that has none yet and fits the budget.
  void drain(FrameList& ended, FrameList& announced, QueueBudget& budget);
  /// Frames waiting.
  std::uint64_t frames() const;
  /// True when drain() would give something.
  bool hasWork() const;
  /// From now on finish() fails.
  void stop() noexcept;

  // Ownership by a thread; a buffer without an owner is given to the next new thread.
  std::atomic<bool> owned{true};
  std::atomic<bool> orphan{false};  // its queue is gone

 private:
  static constexpr std::size_t kKeptSteps = 64;
  static constexpr std::size_t kKeptText = std::size_t{4} << 10;

  void link(StepState* step) noexcept;
  void unlink(StepState* step) noexcept;
  void recycle(StepState* step) noexcept;

  ChunkPool& pool_;
  mutable std::mutex mu_;
  IdSequence ids_;              // guarded by mu_
  FrameList frames_;            // guarded by mu_
  StepState* first_ = nullptr;  // guarded by mu_: open and not announced, oldest first
  StepState* last_ = nullptr;   // guarded by mu_
  StepState* free_ = nullptr;   // guarded by mu_
  std::size_t kept_ = 0;        // guarded by mu_
  bool stopped_ = false;        // guarded by mu_
};

}  // namespace xray::sdk
