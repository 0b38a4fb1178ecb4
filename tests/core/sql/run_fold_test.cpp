#include "xray/sql/run_fold.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "xray/json.h"

namespace xray::sql::test {
namespace {

const Timestamp kStart = *parseTimestamp("2026-11-22T16:00:00Z");
const Timestamp kReceived = kStart + std::chrono::hours(1);

RunStarted started() {
  RunStarted event;
  event.pipeline = "picker";
  event.at = kStart;
  event.metadata = R"({"a":"started","b":"started","c":"started"})";
  return event;
}

RunEnded ended() {
  RunEnded event;
  event.at = kStart + std::chrono::seconds(5);
  event.metadata = R"({"b":"ended","c":"ended","d":"ended"})";
  event.lastSeq = 4;
  event.lost = R"({"queue_full":1})";
  return event;
}

RunEnded failed() {
  RunEnded event;
  event.at = kStart + std::chrono::seconds(3);
  event.failed = true;
  event.error = R"({"message":"out"})";
  event.errorMessage = "out";
  event.metadata = R"({"c":"failed"})";
  return event;
}

auto stateOf(const RunRow& run) {
  return std::tuple(run.pipeline, run.startedAt, run.endedAt, run.error, run.errorType, run.errorMessage, run.metadata,
                    run.baseMetadata, run.failedMetadata, run.lost, run.lastSeq, run.lastActivityAt);
}

TEST(RunFold, AnyOrder_GivesTheSameRowAndFailureTells) {
  std::vector<int> order = {0, 1, 2};
  std::optional<decltype(stateOf(RunRow()))> first;
  do {
    RunRow run;
    for (const int event : order) {
      const bool isNew = event == 0   ? fold(run, started(), kReceived)
                         : event == 1 ? fold(run, ended(), kReceived)
                                      : fold(run, failed(), kReceived);
      EXPECT_TRUE(isNew);
    }
    EXPECT_FALSE(fold(run, started(), kReceived + std::chrono::hours(1)));
    EXPECT_FALSE(fold(run, ended(), kReceived + std::chrono::hours(1)));
    EXPECT_FALSE(fold(run, failed(), kReceived + std::chrono::hours(1)));
    if (!first) first = stateOf(run);
    EXPECT_EQ(stateOf(run), *first) << order[0] << order[1] << order[2];
    EXPECT_EQ(canonicalJson(run.metadata), R"({"a":"started","b":"ended","c":"failed","d":"ended"})");
    EXPECT_EQ(run.endedAt, kStart + std::chrono::seconds(3));
    EXPECT_EQ(run.lost, "{}");
    EXPECT_EQ(run.lastSeq, std::nullopt);
    EXPECT_EQ(run.errorType, std::nullopt);
    EXPECT_EQ(run.lastActivityAt, kReceived);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(RunFold, BeforeRunStarted_TheEarliestTimeOfAnyEventIsTheStart) {
  RunRow run;
  StepEvent step;
  step.startedAt = kStart + std::chrono::seconds(2);
  fold(run, step, {.added = true}, kReceived);
  EXPECT_EQ(run.startedAt, step.startedAt);
  step.endedAt = kStart + std::chrono::seconds(1);  // a clock that stepped back
  fold(run, step, {.added = false, .errors = 1, .violations = 2}, kReceived);
  EXPECT_EQ(run.startedAt, kStart + std::chrono::seconds(1));
  EXPECT_EQ(std::tuple(run.stepCount, run.errorCount, run.violationCount), std::tuple(1, 1, 2));
  fold(run, started(), kReceived);
  EXPECT_EQ(run.startedAt, kStart);
  step.startedAt = kStart - std::chrono::seconds(9);
  fold(run, step, {}, kReceived);
  EXPECT_EQ(run.startedAt, kStart) << "run.started has told";
}

TEST(RunFold, MissingSteps_StayWithinTheirType) {
  EXPECT_EQ(missingSteps(4, 3), 2);
  EXPECT_EQ(missingSteps(0, 0), 1);
  EXPECT_EQ(missingSteps(0, 7), 0);
  EXPECT_EQ(missingSteps(INT64_MAX, 0), INT64_MAX);
  EXPECT_EQ(missingSteps(INT64_MAX, 1), INT64_MAX);
}

}  // namespace
}  // namespace xray::sql::test
