#pragma once
// How facts become the row of a run (wire.md section 3), for stores that read the row, fold what came and write it
// back.

#include <cstdint>
#include <optional>
#include <string>

#include "xray/event.h"
#include "xray/sql/row.h"

namespace xray::sql {

/// A row of `runs` with what folding needs besides the columns that reads ask for.
struct RunRow {
  Id runId;
  std::optional<Id> parentRunId;
  std::optional<std::string> pipeline;
  bool started = false;  // which facts are stored
  bool ended = false;
  bool failed = false;
  std::optional<Timestamp> startedAt;  // the earliest time known until run.started tells; always there in a stored row
  std::optional<Timestamp> endedAt;
  std::optional<Timestamp> lastActivityAt;  // always there in a stored row
  std::optional<Microseconds> timeout;
  std::optional<SchemaRef> schema;
  std::optional<std::string> error;  // of run.failed
  std::optional<std::string> errorType;
  std::optional<std::string> errorMessage;
  std::optional<Id> errorStepId;
  std::string metadata = "{}";
  // Only of a run whose run.failed brought metadata: the members of run.started and run.ended alone, and those of
  // run.failed, for either of the others may come later and belongs below.
  std::optional<std::string> baseMetadata;
  std::optional<std::string> failedMetadata;
  std::string lost = "{}";
  std::optional<std::int64_t> lastSeq;
  std::int64_t stepCount = 0;
  std::int64_t errorCount = 0;
  std::int64_t violationCount = 0;
  std::optional<std::int64_t> missingSteps;

  bool terminal() const { return ended || failed; }
};

/// Reads the columns run_id, parent_run_id, pipeline, has_started, has_ended, has_failed, started_at, ended_at,
/// last_activity_at, timeout_us, schema_name, schema_version, error, error_type, error_message, error_step_id,
/// metadata, base_metadata, failed_metadata, lost, last_seq, step_count, error_count, violation_count, missing_steps.
/// Of a row that only keeps the place of a run, because no fact of it is stored, the id alone.
RunRow readRunRow(const Row& row);

/// What a step event did to the run's steps.
struct StepChange {
  bool added = false;           // the step was not known at all
  std::int64_t errors = 0;      // steps with status error, more or fewer
  std::int64_t violations = 0;  // violations, more or fewer
};

/// Fold an event that was received at `receivedAt`. False: it is a duplicate and nothing changed.
bool fold(RunRow& run, const RunStarted& event, Timestamp receivedAt);
bool fold(RunRow& run, const RunEnded& event, Timestamp receivedAt);
/// Folds a step event that the steps table has taken (no duplicate).
void fold(RunRow& run, const StepEvent& event, const StepChange& change, Timestamp receivedAt);

/// last_seq + 1 - distinct seq seen, at least 0, without overflow.
std::int64_t missingSteps(std::int64_t lastSeq, std::int64_t distinctSeqs);

}  // namespace xray::sql
