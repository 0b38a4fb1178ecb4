#include "xray/sdk/step.h"

#include <utility>

#include "event_queue.h"
#include "payload.h"
#include "run_state.h"

namespace xray::sdk {
namespace {

using Section = EventQueue::Section;

// Null for a step that records nothing (any more, or in this process).
StepState* usable(StepState* step) {
  return step && step->run->usable() ? step : nullptr;
}

}  // namespace

Step::Step(StepState* state, const Id& id) noexcept
    : state_(state), id_(id), exceptionsBefore_(std::uncaught_exceptions()) {}

Step::Step(Step&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)),
      id_(std::exchange(other.id_, Id())),
      exceptionsBefore_(std::uncaught_exceptions()) {}

Step& Step::operator=(Step&& other) noexcept {
  Step old(std::move(*this));
  state_ = std::exchange(other.state_, nullptr);
  id_ = std::exchange(other.id_, Id());
  exceptionsBefore_ = std::uncaught_exceptions();
  return *this;
}

Step::~Step() {
  StepState* step = usable(state_);
  if (!step) return;
  if (std::uncaught_exceptions() > exceptionsBefore_ && step->error.empty()) {
    fail("exception", "an exception left the scope of the step");
  }
  end();
}

Step Step::step(std::string_view name, std::string_view type, const StepOptions& options) noexcept {
  StepState* parent = usable(state_);
  if (!parent) return Step();
  StepState* step = parent->run->queue->beginStep(*parent->run, parent, name, type, options);
  return step ? Step(step, step->id) : Step();
}

void Step::input(const Fields& fields) noexcept {
  if (StepState* step = usable(state_)) step->run->queue->addToStep(*step, Section::Input, fields);
}

void Step::output(const Fields& fields) noexcept {
  if (StepState* step = usable(state_)) step->run->queue->addToStep(*step, Section::Output, fields);
}

void Step::reasoning(const Fields& fields) noexcept {
  if (StepState* step = usable(state_)) step->run->queue->addToStep(*step, Section::Reasoning, fields);
}

void Step::fail(std::string_view type, std::string_view message, const Fields& details) noexcept {
  if (StepState* step = usable(state_)) step->run->queue->failStep(*step, type, message, details);
}

void Step::fail(const std::exception& exception) noexcept {
  std::string type;
  try {
    type = typeName(exception);
  } catch (...) {
    // Without its type then.
  }
  fail(type, exception.what());
}

void Step::end(std::optional<Timestamp> at) noexcept {
  StepState* step = usable(std::exchange(state_, nullptr));
  if (step) step->run->queue->endStep(step, at);
}

}  // namespace xray::sdk
