#include "xray/sql/run_fold.h"

#include <algorithm>

#include "xray/json.h"

namespace xray::sql {
namespace {

std::string combine(std::string_view base, std::string_view overlay) {
  if (overlay == "{}") return std::string(base);
  return base == "{}" ? std::string(overlay) : overlayJson(base, overlay);
}

/// Sets the members of run.started and run.ended; those of run.failed stay on top.
void setBaseMetadata(RunRow& run, std::string base) {
  if (!run.failedMetadata) {
    run.metadata = std::move(base);
    return;
  }
  run.metadata = combine(base, *run.failedMetadata);
  run.baseMetadata = std::move(base);
}

const std::string& baseMetadata(const RunRow& run) {
  return run.baseMetadata ? *run.baseMetadata : run.metadata;
}

std::optional<std::string> textOrNone(std::string_view text) {
  return text.data() ? std::optional<std::string>(text) : std::nullopt;
}

void noteActivity(RunRow& run, Timestamp receivedAt) {
  run.lastActivityAt = run.lastActivityAt ? std::max(*run.lastActivityAt, receivedAt) : receivedAt;
}

void noteTime(RunRow& run, Timestamp time) {
  if (!run.started) run.startedAt = run.startedAt ? std::min(*run.startedAt, time) : time;
}

}  // namespace

bool fold(RunRow& run, const RunStarted& event, Timestamp receivedAt) {
  if (run.started) return false;
  run.started = true;
  run.startedAt = event.at;
  run.pipeline = event.pipeline;
  run.parentRunId = event.parentRunId;
  run.timeout = event.timeout;
  if (event.schema) run.schema = SchemaRef{std::string(event.schema->name), event.schema->version};
  setBaseMetadata(run, combine(event.metadata, baseMetadata(run)));
  noteActivity(run, receivedAt);
  return true;
}

bool fold(RunRow& run, const RunEnded& event, Timestamp receivedAt) {
  if (event.failed ? run.failed : run.ended) return false;
  if (event.failed) {
    if (event.metadata != "{}") {
      run.baseMetadata = run.metadata;
      run.failedMetadata = event.metadata;
      run.metadata = combine(*run.baseMetadata, *run.failedMetadata);
    }
    run.error = event.error;
    run.errorType = textOrNone(event.errorType);
    run.errorMessage = textOrNone(event.errorMessage);
    run.errorStepId = event.errorStepId;
  } else {
    setBaseMetadata(run, combine(baseMetadata(run), event.metadata));
  }
  // Where both ends came, the failure tells.
  if (event.failed || !run.failed) {
    run.endedAt = event.at;
    run.lost = event.lost;
    run.lastSeq = event.lastSeq;
  }
  (event.failed ? run.failed : run.ended) = true;
  noteTime(run, event.at);
  noteActivity(run, receivedAt);
  return true;
}

void fold(RunRow& run, const StepEvent& event, const StepChange& change, Timestamp receivedAt) {
  run.stepCount += change.added ? 1 : 0;
  run.errorCount += change.errors;
  run.violationCount += change.violations;
  noteTime(run, event.startedAt);
  if (event.endedAt) noteTime(run, *event.endedAt);
  noteActivity(run, receivedAt);
}

std::int64_t missingSteps(std::int64_t lastSeq, std::int64_t distinctSeqs) {
  if (distinctSeqs == 0) return lastSeq == INT64_MAX ? lastSeq : lastSeq + 1;
  return std::max<std::int64_t>(lastSeq - (distinctSeqs - 1), 0);
}

RunRow readRunRow(const Row& row) {
  RunRow run;
  run.runId = row.id(0);
  run.started = row.integer(3) != 0;
  run.ended = row.integer(4) != 0;
  run.failed = row.integer(5) != 0;
  run.stepCount = row.integer(21);
  if (!run.started && !run.terminal() && run.stepCount == 0) return run;
  run.parentRunId = row.idOrNone(1);
  run.pipeline = row.textOrNone(2);
  run.startedAt = row.time(6);
  run.endedAt = row.timeOrNone(7);
  run.lastActivityAt = row.time(8);
  run.timeout = row.microsecondsOrNone(9);
  if (!row.isNull(10)) run.schema = SchemaRef{row.text(10), row.integer(11)};
  run.error = row.textOrNone(12);
  run.errorType = row.textOrNone(13);
  run.errorMessage = row.textOrNone(14);
  run.errorStepId = row.idOrNone(15);
  run.metadata = row.text(16);
  run.baseMetadata = row.textOrNone(17);
  run.failedMetadata = row.textOrNone(18);
  run.lost = row.text(19);
  run.lastSeq = row.integerOrNone(20);
  run.errorCount = row.integer(22);
  run.violationCount = row.integer(23);
  run.missingSteps = row.integerOrNone(24);
  return run;
}

}  // namespace xray::sql
