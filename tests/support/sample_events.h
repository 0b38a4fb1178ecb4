#pragma once
// Events as the decoder gives them, for tests that look at one store closely.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/vocabulary.h"
#include "xray/store.h"

namespace xray::test {

inline Id runId(std::uint32_t n) {
  return makeId(1, n);
}
inline Id stepId(std::uint32_t n) {
  return makeId(2, n);
}

inline Event runStarted(std::uint32_t run, std::string_view pipeline = "picker") {
  RunStarted fact;
  fact.runId = runId(run);
  fact.pipeline = pipeline;
  fact.at = kEpoch;
  return {fact, "run.started", 1};
}

inline Event stepEnded(std::uint32_t run, std::uint32_t step, std::string_view name = "rank") {
  StepEvent fact;
  fact.runId = runId(run);
  fact.stepId = stepId(step);
  fact.seq = step;
  fact.name = name;
  fact.stepType = "ranking";
  fact.startedAt = kEpoch + std::chrono::milliseconds(step);
  fact.endedAt = fact.startedAt + std::chrono::milliseconds(5);
  fact.status = StepStatus::Success;
  return {fact, "step.ended", 1};
}

inline Event runEnded(std::uint32_t run, std::int64_t lastSeq) {
  RunEnded fact;
  fact.runId = runId(run);
  fact.at = kEpoch + std::chrono::seconds(10);
  fact.lastSeq = lastSeq;
  return {fact, "run.ended", 1};
}

/// What became of the events, as letters: A accepted, D duplicate, R rejected; or the failure.
inline std::string append(Store& store, const std::vector<Event>& events, Timestamp receivedAt = kEpoch) {
  const Result<AppendOutcome> outcome = store.append({events, {}, receivedAt});
  if (!outcome) return outcome.status().toString();
  std::string letters;
  for (const AppendResult result : outcome->results) letters += "ADR"[static_cast<int>(result)];
  return letters;
}

}  // namespace xray::test
