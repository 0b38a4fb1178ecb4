#include "batch_box.h"

#include <cassert>

#include "xray/event_encoder.h"

namespace xray::sdk {

void BatchBox::addSchema() {
  assert(events_.empty());
  const SchemaRefView ref = schema_->ref();
  encodeEvent(batch_.body, SchemaRegistered{ref.name, ref.version, schema_->definition()});
  events_.push_back({batch_.body.size(), 0, nullptr, FrameKind::RunStarted});
}

std::uint64_t BatchBox::fill(Drained& drained, std::size_t bytes) {
  std::uint64_t lost = 0;
  for (FrameList* frames : {&drained.runsStarted, &drained.stepsStarted, &drained.stepsEnded, &drained.runsEnded}) {
    lost += take(*frames, bytes);
  }
  return lost;
}

std::uint64_t BatchBox::take(FrameList& frames, std::size_t bytes) {
  std::uint64_t lost = 0;
  while (!frames.empty() && batch_.body.size() < bytes) {
    const Frame& frame = frames.front();
    const std::size_t before = batch_.body.size();
    const bool encoded = encoder_.encode(batch_.body, frame);
    if (encoded && batch_.body.size() - before <= maxEventBytes_) {
      events_.push_back({batch_.body.size(), frame.size, frame.run, frame.kind});
      frames.pop(queue_.pool());
      continue;
    }
    batch_.body.resize(before);
    lost += leaveOut(frame, !encoded);
    frames.pop(queue_.pool());
  }
  return lost;
}

std::uint64_t BatchBox::leaveOut(const Frame& frame, bool refused) noexcept {
  const bool counts = frame.kind != FrameKind::StepStarted;
  if (counts) {
    LostEvents& lost = frame.run->lost;
    (refused ? lost.schemaRejected : lost.tooLarge).fetch_add(1, std::memory_order_relaxed);
    count(refused ? queue_.counters().schemaRejected : queue_.counters().tooLarge);
  }
  queue_.budget().release(frame.size);
  frame.run->release();
  return counts ? 1 : 0;
}

Batch BatchBox::part(const EventRange& range) const {
  const std::size_t from = begin(range.first);
  return {batch_.body.substr(from, begin(range.last) - from), BatchFormat::NdJson};
}

std::uint64_t BatchBox::counted(const EventRange& range) const {
  std::uint64_t events = 0;
  for (std::size_t i = range.first; i < range.last; ++i) events += events_[i].counts();
  return events;
}

void BatchBox::settle(const EventRange& range) noexcept {
  assert(range.first == settled_);
  settled_ = range.last;
  std::size_t bytes = 0;
  for (std::size_t i = range.first; i < range.last; ++i) {
    bytes += events_[i].queueBytes;
    if (events_[i].run) events_[i].run->release();
  }
  if (bytes > 0) queue_.budget().release(bytes);
}

void BatchBox::clear() {
  assert(settled_ == events_.size());
  batch_.body.clear();
  events_.clear();
  settled_ = 0;
}

}  // namespace xray::sdk
