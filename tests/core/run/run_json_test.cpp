// The JSON of query.md section 2, character by character.

#include <gtest/gtest.h>

#include "xray/json.h"
#include "xray/run.h"

namespace xray {
namespace {

const Id kRunId = *Id::parse("0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d");
const Id kOtherId = *Id::parse("0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8e");
const Timestamp kStart = *parseTimestamp("2026-11-22T16:07:00.123456Z");

template <typename Row>
std::string text(const Row& row) {
  std::string out;
  appendJson(out, row);
  return out;
}

TEST(RunJson, RunWithEverything_HasEveryMemberInOrder) {
  xray::Run run;
  run.runId = kRunId;
  run.parentRunId = kOtherId;
  run.pipeline = "it's \"größe\"\n";
  run.status = RunStatus::Crashed;
  run.startedAt = kStart;
  run.endedAt = kStart + Microseconds(1'834'250);
  run.lastActivityAt = kStart + std::chrono::seconds(2);
  run.duration = Microseconds(1'834'250);
  run.schema = SchemaRef{"product-selection", 3};
  run.error = R"({"type":"Timeout"})";
  run.metadata = R"({"market":"US"})";
  run.stepCount = 5;
  run.errorCount = 1;
  run.missingSteps = 0;
  run.violationCount = 2;
  run.lost = R"({"queue_full":2})";
  EXPECT_EQ(
      text(run),
      R"({"run_id":"0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d","parent_run_id":"0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8e",)"
      R"("pipeline":"it's \"größe\"\n","status":"crashed","started_at":"2026-11-22T16:07:00.123456Z",)"
      R"("ended_at":"2026-11-22T16:07:01.957706Z","last_activity_at":"2026-11-22T16:07:02.123456Z","duration_ms":1834.25,)"
      R"("schema":{"name":"product-selection","version":3},"error":{"type":"Timeout"},"metadata":{"market":"US"},)"
      R"("step_count":5,"error_count":1,"missing_steps":0,"violation_count":2,"lost":{"queue_full":2}})");
}

TEST(RunJson, RunOfWhichNothingIsKnown_HasNulls) {
  xray::Run run;
  run.runId = kRunId;
  run.startedAt = run.lastActivityAt = kStart;
  EXPECT_EQ(
      text(run),
      R"({"run_id":"0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d","parent_run_id":null,"pipeline":null,"status":"running",)"
      R"("started_at":"2026-11-22T16:07:00.123456Z","ended_at":null,"last_activity_at":"2026-11-22T16:07:00.123456Z",)"
      R"("duration_ms":null,"schema":null,"error":null,"metadata":{},"step_count":0,"error_count":0,)"
      R"("missing_steps":null,"violation_count":0,"lost":{}})");
}

TEST(RunJson, Step_IsItsSkeletonAndThePayloads) {
  Step step;
  step.stepId = kOtherId;
  step.runId = kRunId;
  step.seq = 2;
  step.name = "price-filter";
  step.stepType = "filter";
  step.status = StepStatus::Success;
  step.startedAt = kStart;
  step.endedAt = kStart + Microseconds(3'500);
  step.duration = Microseconds(3'500);
  step.schemaChecked = true;
  step.reasoning = R"({"percentage_eliminated":94.2})";
  const std::string skeleton =
      R"({"step_id":"0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8e","run_id":"0198f0c2-7d2a-7b44-9c1d-2f0a5e6b7c8d",)"
      R"("parent_step_id":null,"seq":2,"name":"price-filter","step_type":"filter","status":"success",)"
      R"("started_at":"2026-11-22T16:07:00.123456Z","ended_at":"2026-11-22T16:07:00.126956Z","duration_ms":3.5,)"
      R"("error":null,"schema_checked":true,"violations":[])";
  EXPECT_EQ(text(static_cast<const StepSkeleton&>(step)), skeleton + "}");
  EXPECT_EQ(text(step), skeleton + R"(,"input_data":{},"output_data":{},"reasoning":{"percentage_eliminated":94.2}})");
}

TEST(RunJson, Durations_AreMillisecondsWithMicroseconds_AtAnySize) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "0"},    {1, "0.001"},    {10, "0.01"},           {999, "0.999"},
      {1000, "1"}, {1001, "1.001"}, {1'834'250, "1834.25"}, {315'537'897'599'999'999, "315537897599999.999"}};
  for (const auto& [micros, expected] : cases) {
    Step step;
    step.duration = Microseconds(micros);
    const std::string row = text(step);
    EXPECT_EQ(findJsonMember(row, "duration_ms")->text, expected);
  }
}

}  // namespace
}  // namespace xray
