#include "xray/sdk/run.h"

#include <utility>

#include "event_queue.h"
#include "payload.h"
#include "run_state.h"

namespace xray::sdk {

Run::Run(RunState* state, const Id& id) noexcept
    : state_(state), id_(id), exceptionsBefore_(std::uncaught_exceptions()) {}

Run::Run(Run&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)),
      id_(std::exchange(other.id_, Id())),
      exceptionsBefore_(std::uncaught_exceptions()) {}

Run& Run::operator=(Run&& other) noexcept {
  Run old(std::move(*this));
  state_ = std::exchange(other.state_, nullptr);
  id_ = std::exchange(other.id_, Id());
  exceptionsBefore_ = std::uncaught_exceptions();
  return *this;
}

Run::~Run() {
  if (!state_ || !state_->usable()) return;
  if (!state_->ended) {
    if (std::uncaught_exceptions() > exceptionsBefore_) {
      logError("an exception left the scope of the run", {.type = "exception"});
    } else {
      end();
    }
  }
  state_->release();
}

Step Run::step(std::string_view name, std::string_view type, const StepOptions& options) noexcept {
  if (!state_ || !state_->usable()) return Step();
  StepState* step = state_->queue->beginStep(*state_, nullptr, name, type, options);
  return step ? Step(step, step->id) : Step();
}

void Run::metadata(const Fields& fields) noexcept {
  if (!state_ || !state_->usable()) return;
  try {
    addMembers(state_->metadata, fields);
  } catch (...) {
    // A range of the application's threw while it was read, or memory is out: the run goes on without these members.
    count(state_->queue->counters().misuses);
  }
}

void Run::end(std::optional<Timestamp> at) noexcept {
  if (state_ && state_->usable()) state_->queue->endRun(*state_, {}, std::nullopt, at);
}

void Run::logError(std::string_view message, const ErrorOptions& options) noexcept {
  if (!state_ || !state_->usable()) return;
  std::string error;
  try {
    LiveCounters& counters = state_->queue->counters();
    const bool inStep = options.stepId && !options.stepId->isNil();
    error = inStep ? errorObject(options.type, message, {{"step_id", options.stepId->toString()}}, counters)
                   : errorObject(options.type, message, {}, counters);
  } catch (...) {
    error.clear();
  }
  // That it failed is told even when there is no memory for the message.
  state_->queue->endRun(*state_, error.empty() ? std::string_view(R"({"message":""})") : error, options.stepId,
                        options.at);
}

void Run::logError(const std::exception& exception, const ErrorOptions& options) noexcept {
  std::string type;
  try {
    type = typeName(exception);
  } catch (...) {
    // Without its type then.
  }
  logError(exception.what(), {.type = type, .stepId = options.stepId, .at = options.at});
}

}  // namespace xray::sdk
