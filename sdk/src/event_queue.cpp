#include "event_queue.h"

#include <new>

#include "payload.h"
#include "process_generation.h"

namespace xray::sdk {
namespace {

using Use = QueueBudget::Use;

}  // namespace

EventQueue::EventQueue(const Settings& settings, LiveCounters& counters, const Clock& clock, std::function<void()> wake)
    : settings_(settings),
      counters_(counters),
      clock_(clock),
      wake_(std::move(wake)),
      budget_(settings.queueBytes),
      buffers_(pool_) {
  freeRuns_.reserve(kKeptRuns);
}

EventQueue::~EventQueue() = default;

RunState* EventQueue::newRun() {
  {
    std::lock_guard lock(mu_);
    if (!freeRuns_.empty()) {
      RunState* run = freeRuns_.back().release();
      freeRuns_.pop_back();
      return run;
    }
  }
  return new RunState;
}

void EventQueue::recycle(RunState* run) noexcept {
  std::unique_ptr<RunState> owned(run);
  owned->nextSeq = 0;
  owned->ended = false;
  owned->lost.clear();
  owned->metadata.clear(kKeptMetadata);
  std::lock_guard lock(mu_);
  if (freeRuns_.size() < kKeptRuns) freeRuns_.push_back(std::move(owned));
}

RunState* EventQueue::startRun(std::shared_ptr<Recorder> recorder, std::string_view pipeline, const Fields& metadata,
                               const RunOptions& options) noexcept try {
  if (stopped_.load(std::memory_order_relaxed)) {
    count(counters_.afterClose);
    return nullptr;
  }
  PayloadTape members;
  try {
    addMembers(members, metadata);
  } catch (...) {
    // A range of the application's threw while it was read: the run is recorded without it.
    count(counters_.misuses);
  }
  RunState* run = newRun();
  run->id = newId();
  run->queue = this;
  run->generation = processGeneration();
  run->recorder = std::move(recorder);
  run->references = 1;

  Frame frame;
  frame.kind = FrameKind::RunStarted;
  frame.run = run;
  frame.at = now(options.startedAt);
  frame.hasParent = options.parentRunId.has_value();
  frame.parentId = options.parentRunId.value_or(Id());
  frame.timeout = options.timeout.value_or(Microseconds(0));
  queueEdge(runsStarted_, frame, {keptName(pipeline, kMaxNameBytes), {}, members.bytes()});
  return run;
} catch (...) {
  count(counters_.queueFull);
  return nullptr;
}

void EventQueue::endRun(RunState& run, std::string_view error, const std::optional<Id>& stepId,
                        std::optional<Timestamp> at) noexcept {
  if (run.ended.exchange(true)) {
    count(counters_.misuses);
    return;
  }
  Frame frame;
  frame.kind = error.empty() ? FrameKind::RunEnded : FrameKind::RunFailed;
  frame.run = &run;
  frame.at = now(at);
  frame.hasId = stepId.has_value();
  frame.id = stepId.value_or(Id());
  frame.seq = run.nextSeq.load() - 1;
  FrameTexts texts{};
  texts[kInput] = run.metadata.bytes();
  texts[kError] = error;
  queueEdge(runsEnded_, frame, texts);
}

void EventQueue::queueEdge(FrameList& list, const Frame& frame, FrameTexts texts) noexcept {
  RunState& run = *frame.run;
  if (frameBytes(texts) > settings_.maxEventBytes) {
    // A run is told even if what it says of itself is too much.
    count(counters_.tooLarge);
    texts[kInput] = {};
    if (texts[kError].size() > settings_.maxEventBytes / 2) texts[kError] = kErrorTooLarge;
  }
  const std::size_t bytes = frameBytes(texts);
  if (!reserve(bytes, Use::RunEdge)) return lose(run, counters_.queueFull, &LostEvents::queueFull);
  bool queued = false;
  try {
    std::lock_guard lock(mu_);
    if (!stopped_.load(std::memory_order_relaxed)) {
      list.append(pool_, frame, texts);
      run.retain();
      queued = true;
    }
  } catch (const std::bad_alloc&) {
    budget_.release(bytes);
    return lose(run, counters_.queueFull, &LostEvents::queueFull);
  }
  // Not under the lock: waking takes the shipper's.
  if (queued) return afterAppend();
  budget_.release(bytes);
  count(counters_.afterClose);
}

StepState* EventQueue::beginStep(RunState& run, const StepState* parent, std::string_view name,
                                 std::string_view stepType, const StepOptions& options) noexcept try {
  if (run.ended.load(std::memory_order_relaxed)) {
    count(counters_.misuses);
    return nullptr;
  }
  const Timestamp begun = clock_.now();
  StepHead head;
  head.run = &run;
  if (parent) {
    head.hasParent = true;
    head.parentId = parent->id;
  }
  head.seq = run.nextSeq.fetch_add(1, std::memory_order_relaxed);
  head.startedAt = options.startedAt.value_or(begun);
  StepState* step = buffers_.local().begin(head, begun, name, stepType);
  run.retain();
  afterAppend();
  return step;
} catch (const std::bad_alloc&) {
  lose(run, counters_.queueFull, &LostEvents::queueFull);
  return nullptr;
}

void EventQueue::addToStep(StepState& step, Section section, const Fields& fields) noexcept try {
  if (step.tooLarge) return;
  switch (section) {
    case Section::Input:
      step.buffer->changeInput(step, [&](PayloadTape& input) { addMembers(input, fields); });
      break;
    case Section::Output:
      addMembers(step.output, fields);
      break;
    case Section::Reasoning:
      addMembers(step.reasoning, fields);
      break;
  }
  if (step.payloadBytes() <= settings_.maxEventBytes) return;
  step.tooLarge = true;
  step.buffer->changeInput(step, [](PayloadTape& input) { input.clear(0); });
  step.output.clear(0);
  step.reasoning.clear(0);
} catch (...) {
  // A range of the application's threw while it was read, or memory is out: the record goes on without these members.
  count(counters_.misuses);
}

void EventQueue::failStep(StepState& step, std::string_view type, std::string_view message,
                          const Fields& details) noexcept try {
  step.error = errorObject(type, message, details, counters_);
} catch (...) {
  count(counters_.misuses);
}

void EventQueue::endStep(StepState* step, std::optional<Timestamp> at) noexcept {
  RunState* run = step->run;
  bool queued = false;
  try {
    queued = queueStep(*step, now(at));
  } catch (...) {
    lose(*run, counters_.queueFull, &LostEvents::queueFull);
  }
  if (!queued) step->buffer->discard(step);
  run->release();
}

bool EventQueue::queueStep(StepState& step, Timestamp at) {
  RunState& run = *step.run;
  const auto loseAs = [&](LiveCounters::Count& total, std::atomic<std::uint32_t> LostEvents::*reason) {
    lose(run, total, reason);
    return false;
  };
  if (step.tooLarge) return loseAs(counters_.tooLarge, &LostEvents::tooLarge);

  const FrameTexts texts{step.name,           step.stepType,          step.input.bytes(),
                         step.output.bytes(), step.reasoning.bytes(), step.error};
  const std::size_t bytes = frameBytes(texts);
  if (bytes > settings_.maxEventBytes) return loseAs(counters_.tooLarge, &LostEvents::tooLarge);
  if (!reserve(bytes, Use::Step)) return loseAs(counters_.queueFull, &LostEvents::queueFull);

  Frame frame;
  frame.kind = FrameKind::StepEnded;
  frame.failed = !step.error.empty();
  frame.run = &run;
  frame.id = step.id;
  frame.hasParent = step.hasParent;
  frame.parentId = step.parentId;
  frame.seq = step.seq;
  frame.at = step.startedAt;
  frame.endedAt = at;
  bool queued = false;
  try {
    queued = step.buffer->finish(&step, frame, texts);
  } catch (...) {
    budget_.release(bytes);
    throw;
  }
  if (!queued) {
    budget_.release(bytes);
    count(counters_.afterClose);
    return false;
  }
  afterAppend();
  return true;
}

bool EventQueue::reserve(std::size_t bytes, Use use) noexcept {
  if (budget_.reserve(bytes, use)) return true;
  if (!settings_.blockWhenFull) return false;
  wake_();
  return budget_.reserveUntil(bytes, use, std::chrono::steady_clock::now() + settings_.blockTimeout);
}

void EventQueue::afterAppend() noexcept {
  const bool full = budget_.used() >= settings_.batchBytes && !wakeAsked_.load(std::memory_order_relaxed) &&
                    !wakeAsked_.exchange(true, std::memory_order_relaxed);
  if (full || idle_.load()) wake_();
}

void EventQueue::lose(RunState& run, LiveCounters::Count& total,
                      std::atomic<std::uint32_t> LostEvents::*reason) noexcept {
  count(total);
  (run.lost.*reason).fetch_add(1, std::memory_order_relaxed);
}

Drained EventQueue::drain() {
  wakeAsked_.store(false, std::memory_order_relaxed);
  Drained drained;
  {
    std::lock_guard lock(mu_);
    drained.runsEnded = std::move(runsEnded_);
  }
  buffers_.forEach([&](ThreadBuffer& buffer) { buffer.drain(drained.stepsEnded, drained.stepsStarted, budget_); });
  std::lock_guard lock(mu_);
  drained.runsStarted = std::move(runsStarted_);
  return drained;
}

void EventQueue::discard(Drained& drained) noexcept {
  for (FrameList* frames : {&drained.runsStarted, &drained.stepsStarted, &drained.stepsEnded, &drained.runsEnded}) {
    while (!frames->empty()) {
      RunState* run = frames->front().run;
      budget_.release(frames->front().size);
      frames->pop(pool_);
      run->release();
    }
  }
}

std::uint64_t EventQueue::waiting() const {
  std::uint64_t frames = 0;
  buffers_.forEach([&](const ThreadBuffer& buffer) { frames += buffer.frames(); });
  std::lock_guard lock(mu_);
  return frames + runsStarted_.frames() + runsEnded_.frames();
}

bool EventQueue::hasWork() const {
  bool work = false;
  buffers_.forEach([&](const ThreadBuffer& buffer) { work = work || buffer.hasWork(); });
  std::lock_guard lock(mu_);
  return work || !runsStarted_.empty() || !runsEnded_.empty();
}

void EventQueue::stop() noexcept {
  {
    std::lock_guard lock(mu_);
    stopped_ = true;
  }
  buffers_.stop();
  budget_.close();
}

}  // namespace xray::sdk
