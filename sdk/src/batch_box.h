#pragma once
// A batch on its way, with what must be known of each of its events.

#include <cstdint>
#include <vector>

#include "event_queue.h"
#include "frame_encoder.h"
#include "xray/transport.h"

namespace xray::sdk {

/// One event of a batch. Owns a reference of the run (null for schema.registered).
struct BoxedEvent {
  std::size_t end;         // offset in the body behind its line
  std::size_t queueBytes;  // to be released when it is decided
  RunState* run;
  FrameKind kind;
  /// Announcements are not counted among events: the step's end says it all.
  bool counts() const { return run && kind != FrameKind::StepStarted; }
};

/// Some neighbours of a batch.
struct EventRange {
  std::size_t first;
  std::size_t last;  // behind the last one
  std::size_t size() const { return last - first; }
};

/// Capacity: what fills it up to `bytes` and one event more. One thread at a time.
class BatchBox {
 public:
  BatchBox(EventQueue& queue, const SchemaPolicy* schema, std::size_t maxEventBytes)
      : queue_(queue), schema_(schema), maxEventBytes_(maxEventBytes), encoder_(schema, queue.counters()) {}

  /// Puts schema.registered first; only into an empty box.
  void addSchema();
  /// Takes frames, in their order, until the body has `bytes`, or so many frames were left out that the caller should
  /// look at its deadline; at least one, unless there is none. A step that is too large when it is encoded, or that the
  /// schema refuses, is counted as lost; of a run's beginning or end only what it says of itself. Returns how many
  /// steps were lost, announcements apart.
  std::uint64_t fill(Drained& drained, std::size_t bytes);

  bool empty() const { return events_.empty(); }
  EventRange all() const { return {0, events_.size()}; }
  const BoxedEvent& event(std::size_t index) const { return events_[index]; }
  /// The whole batch, or a copy of a part of it.
  const Batch& whole() const { return batch_; }
  Batch part(const EventRange& range) const;

  /// How many of them count.
  std::uint64_t counted(const EventRange& range) const;
  /// They are decided: gives back their room in the queue and their references. In the order of the events, each once.
  void settle(const EventRange& range) noexcept;
  /// What is not decided.
  EventRange unsettled() const { return {settled_, events_.size()}; }
  /// Empties the box, all of which has been settled.
  void clear();

 private:
  std::uint64_t take(FrameList& frames, std::size_t bytes, std::size_t& work);
  /// Has the run's edge, which is in the body from `begin` on, without what makes it too large.
  void shorten(std::size_t begin, const Frame& frame);
  bool full(std::size_t bytes) const;
  std::uint64_t leaveOut(const Frame& frame, bool refused) noexcept;
  std::size_t begin(std::size_t index) const { return index == 0 ? 0 : events_[index - 1].end; }

  EventQueue& queue_;
  const SchemaPolicy* schema_;
  const std::size_t maxEventBytes_;
  FrameEncoder encoder_;
  Batch batch_;
  std::vector<BoxedEvent> events_;
  std::size_t settled_ = 0;
};

}  // namespace xray::sdk
