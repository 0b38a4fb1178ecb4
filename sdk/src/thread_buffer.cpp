#include "thread_buffer.h"

#include <memory>
#include <new>
#include <utility>

#include "payload.h"
#include "run_state.h"

namespace xray::sdk {
ThreadBuffer::~ThreadBuffer() {
  while (free_) delete std::exchange(free_, free_->next);
}

StepState* ThreadBuffer::begin(const StepHead& head, Timestamp now, std::string_view name, std::string_view stepType) {
  std::lock_guard lock(mu_);
  std::unique_ptr<StepState> step;
  if (free_) {
    step.reset(std::exchange(free_, free_->next));
    --kept_;
  } else {
    step = std::make_unique<StepState>();
    step->buffer = this;
  }
  step->name = keptName(name, kMaxNameBytes);
  step->stepType = keptName(stepType, kMaxTypeBytes);
  static_cast<StepHead&>(*step) = head;
  step->id = ids_.next(now);
  link(step.get());
  return step.release();
}

bool ThreadBuffer::finish(StepState* step, const Frame& frame, const FrameTexts& texts) {
  std::lock_guard lock(mu_);
  if (stopped_) return false;
  frames_.append(pool_, frame, texts);
  frame.run->retain();
  unlink(step);
  recycle(step);
  return true;
}

void ThreadBuffer::discard(StepState* step) noexcept {
  std::lock_guard lock(mu_);
  unlink(step);
  recycle(step);
}

void ThreadBuffer::drain(FrameList& ended, FrameList& announced, QueueBudget& budget) {
  std::lock_guard lock(mu_);
  while (StepState* step = first_) {
    const FrameTexts texts{step->name, step->stepType, step->input.bytes()};
    const std::size_t bytes = frameBytes(texts);
    if (!budget.reserve(bytes, QueueBudget::Use::Step)) break;
    Frame frame;
    frame.kind = FrameKind::StepStarted;
    frame.run = step->run;
    frame.id = step->id;
    frame.hasParent = step->hasParent;
    frame.parentId = step->parentId;
    frame.seq = step->seq;
    frame.at = step->startedAt;
    try {
      announced.append(pool_, frame, texts);
    } catch (const std::bad_alloc&) {
      budget.release(bytes);
      break;
    }
    step->run->retain();
    unlink(step);
  }
  ended.splice(std::move(frames_));
}

std::uint64_t ThreadBuffer::frames() const {
  std::lock_guard lock(mu_);
  return frames_.frames();
}

bool ThreadBuffer::hasWork() const {
  std::lock_guard lock(mu_);
  return !frames_.empty() || first_;
}

void ThreadBuffer::stop() noexcept {
  std::lock_guard lock(mu_);
  stopped_ = true;
}

void ThreadBuffer::link(StepState* step) noexcept {
  step->next = nullptr;
  step->previous = last_;
  (last_ ? last_->next : first_) = step;
  last_ = step;
  step->listed = true;
}

void ThreadBuffer::unlink(StepState* step) noexcept {
  if (!step->listed) return;
  (step->previous ? step->previous->next : first_) = step->next;
  (step->next ? step->next->previous : last_) = step->previous;
  step->listed = false;
}

void ThreadBuffer::recycle(StepState* step) noexcept {
  if (kept_ == kKeptSteps) {
    delete step;
    return;
  }
  for (PayloadTape* payload : {&step->input, &step->output, &step->reasoning}) payload->clear(kKeptText);
  step->error.clear();
  if (step->error.capacity() > kKeptText) step->error.shrink_to_fit();
  step->tooLarge = false;
  step->run = nullptr;
  step->next = free_;
  free_ = step;
  ++kept_;
}

}  // namespace xray::sdk
