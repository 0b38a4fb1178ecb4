#pragma once
// Runs and steps as stores answer them: facts already turned into state (wire.md section 3).

#include <cstdint>
#include <optional>
#include <string>

#include "xray/event.h"

namespace xray {

struct Run {
  Id runId;
  std::optional<Id> parentRunId;
  std::optional<std::string> pipeline;  // none until run.started came
  RunStatus status = RunStatus::Running;
  Timestamp startedAt;
  std::optional<Timestamp> endedAt;
  Timestamp lastActivityAt;
  std::optional<Microseconds> duration;  // endedAt - startedAt, at least 0; none while not ended
  std::optional<SchemaRef> schema;
  std::string error;  // JSON object, or empty
  std::string metadata = "{}";
  std::int64_t stepCount = 0;
  std::int64_t errorCount = 0;
  std::optional<std::int64_t> missingSteps;  // none until a terminal event told last_seq
  std::int64_t violationCount = 0;
  std::string lost = "{}";
};

/// A step without its payloads.
struct StepSkeleton {
  Id stepId;
  Id runId;
  std::optional<Id> parentStepId;
  std::optional<std::int64_t> seq;
  std::string name;
  std::string stepType;
  StepStatus status = StepStatus::Running;
  Timestamp startedAt;
  std::optional<Timestamp> endedAt;
  std::optional<Microseconds> duration;  // at least 0; none while running
  std::string error;                     // JSON object, or empty
  bool schemaChecked = false;
  std::string violations = "[]";  // JSON array
};

struct Step : StepSkeleton {
  std::string inputData = "{}";
  std::string outputData = "{}";
  std::string reasoning = "{}";
};

/// The JSON of query.md section 2. Absent values are null.
void appendJson(std::string& out, const Run& run);
void appendJson(std::string& out, const StepSkeleton& step);
void appendJson(std::string& out, const Step& step);

}  // namespace xray
