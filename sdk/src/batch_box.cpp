#include "batch_box.h"

#include <algorithm>
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
  std::size_t work = 4 * bytes;
  for (FrameList* frames : {&drained.runsStarted, &drained.stepsStarted, &drained.stepsEnded, &drained.runsEnded}) {
    lost += take(*frames, bytes, work);
  }
  return lost;
}

bool BatchBox::full(std::size_t bytes) const {
  const bool schemaAlone = events_.empty() || !events_.back().run;
  return batch_.body.size() >= bytes && !schemaAlone;
}

std::uint64_t BatchBox::take(FrameList& frames, std::size_t bytes, std::size_t& work) {
  std::uint64_t lost = 0;
  while (!frames.empty() && work > 0 && !full(bytes)) {
    const Frame& frame = frames.front();
    work -= std::min<std::size_t>(work, frame.size);
    const std::size_t before = batch_.body.size();
    const bool encoded = encoder_.encode(batch_.body, frame);
    const bool tooLarge = batch_.body.size() - before > maxEventBytes_;
    if (encoded && (!tooLarge || isRunEdge(frame.kind))) {
      if (tooLarge) shorten(before, frame);
      events_.push_back({batch_.body.size(), frame.size, frame.run, frame.kind});
    } else {
      batch_.body.resize(before);
      lost += leaveOut(frame, !encoded);
    }
    frames.pop(queue_.pool());
  }
  return lost;
}

void BatchBox::shorten(std::size_t begin, const Frame& frame) {
  count(queue_.counters().tooLarge);
  batch_.body.resize(begin);
  encoder_.encodeBare(batch_.body, frame, maxEventBytes_ / 2);
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
  // What one large event took is given back.
  constexpr std::size_t kKeptRoom = std::size_t{8} << 20;
  batch_.body.clear();
  if (batch_.body.capacity() > kKeptRoom) batch_.body.shrink_to_fit();
  events_.clear();
  settled_ = 0;
}

}  // namespace xray::sdk
