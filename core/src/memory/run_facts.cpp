#include "memory/run_facts.h"

#include <algorithm>
#include <limits>
#include <set>

#include "xray/json.h"

namespace xray::memory {
namespace {

/// Absent texts of events have no data.
std::optional<std::string> owned(std::string_view text) {
  if (text.data() == nullptr) return std::nullopt;
  return std::string(text);
}

Microseconds durationBetween(Timestamp start, Timestamp end) {
  return std::max(end - start, Microseconds(0));
}

}  // namespace

StepFact::StepFact(const StepEvent& event)
    : violationCount(event.violationCount), errorType(owned(event.errorType)), errorMessage(owned(event.errorMessage)) {
  step.stepId = event.stepId;
  step.runId = event.runId;
  step.parentStepId = event.parentStepId;
  step.seq = event.seq;
  step.name = event.name;
  step.stepType = event.stepType;
  step.status = event.status;
  step.startedAt = event.startedAt;
  step.endedAt = event.endedAt;
  if (event.endedAt) step.duration = durationBetween(event.startedAt, *event.endedAt);
  step.error = event.error;
  step.schemaChecked = event.schemaChecked;
  step.violations = event.violations;
  step.inputData = event.inputData;
  step.outputData = event.outputData;
  step.reasoning = event.reasoning;
}

RunStartedFact::RunStartedFact(const RunStarted& event)
    : pipeline(event.pipeline),
      at(event.at),
      metadata(event.metadata),
      timeout(event.timeout),
      parentRunId(event.parentRunId) {
  if (event.schema) schema = SchemaRef{std::string(event.schema->name), event.schema->version};
}

TerminalFact::TerminalFact(const RunEnded& event)
    : at(event.at),
      error(event.error),
      errorType(owned(event.errorType)),
      errorMessage(owned(event.errorMessage)),
      errorStepId(event.errorStepId),
      metadata(event.metadata),
      lastSeq(event.lastSeq),
      lost(event.lost) {}

bool RunFacts::add(const RunStarted& event, Timestamp receivedAt) {
  if (started_) return false;
  started_.emplace(event);
  note(event.at, receivedAt);
  return true;
}

bool RunFacts::add(const StepEvent& event, Timestamp receivedAt) {
  StepFacts& facts = steps_[event.stepId];
  std::optional<StepFact>& fact = event.ended() ? facts.ended : facts.started;
  if (fact) return false;
  fact.emplace(event);
  note(event.startedAt, receivedAt);
  if (event.endedAt) note(*event.endedAt, receivedAt);
  return true;
}

bool RunFacts::add(const RunEnded& event, Timestamp receivedAt) {
  std::optional<TerminalFact>& fact = event.failed ? failed_ : ended_;
  if (fact) return false;
  fact.emplace(event);
  note(event.at, receivedAt);
  return true;
}

void RunFacts::note(Timestamp eventTime, Timestamp receivedAt) {
  earliest_ = std::min(earliest_, eventTime);
  // The greatest, so that the order in which appends of several backends commit does not matter.
  lastActivityAt_ = std::max(lastActivityAt_, receivedAt);
}

Run RunFacts::state(const Id& runId, const ReadContext& context) const {
  Run run;
  run.runId = runId;
  run.status = status(context);
  run.startedAt = started_ ? started_->at : earliest_;
  run.lastActivityAt = lastActivityAt_;
  run.metadata = metadata();
  if (started_) {
    run.parentRunId = started_->parentRunId;
    run.pipeline = started_->pipeline;
    run.schema = started_->schema;
  }
  if (terminal()) {
    run.endedAt = terminal()->at;
    run.duration = durationBetween(run.startedAt, *run.endedAt);
    run.error = terminal()->error;
    run.lost = terminal()->lost;
    run.missingSteps = missingSteps();
  }
  for (const auto& [id, facts] : steps_) {
    run.stepCount += 1;
    run.errorCount += facts.current().step.status == StepStatus::Error ? 1 : 0;
    run.violationCount += facts.current().violationCount;
  }
  return run;
}

RunStatus RunFacts::status(const ReadContext& context) const {
  if (failed_) return RunStatus::Crashed;
  if (ended_) return RunStatus::Completed;
  const Microseconds timeout = started_ ? started_->timeout.value_or(context.incompleteAfter) : context.incompleteAfter;
  return context.now - lastActivityAt_ > timeout ? RunStatus::Incomplete : RunStatus::Running;
}

std::optional<std::int64_t> RunFacts::missingSteps() const {
  if (!terminal()->lastSeq) return std::nullopt;
  std::set<std::int64_t> seen;
  for (const auto& [id, facts] : steps_) {
    if (const auto seq = facts.current().step.seq) seen.insert(*seq);
  }
  const auto distinct = static_cast<std::int64_t>(seen.size());
  const std::int64_t lastSeq = *terminal()->lastSeq;
  if (distinct == 0) return lastSeq == std::numeric_limits<std::int64_t>::max() ? lastSeq : lastSeq + 1;
  return std::max<std::int64_t>(lastSeq - (distinct - 1), 0);
}

std::string RunFacts::metadata() const {
  std::string merged = started_ ? started_->metadata : "{}";
  if (ended_) merged = overlayJson(merged, ended_->metadata);
  if (failed_) merged = overlayJson(merged, failed_->metadata);
  return merged;
}

}  // namespace xray::memory
