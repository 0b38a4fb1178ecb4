// wire.md section 3, rule by rule: each example in every order of its events, in one append and one append an event.

#include <algorithm>

#include "conformance/store_test.h"
#include "support/history.h"
#include "support/json_content.h"
#include "support/store_dump.h"
#include "xray/json.h"

namespace xray::test {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

struct Rule {
  const char* name;
  std::vector<std::string> lines;
  Members run;   // members of run R1 and their JSON
  Members step;  // the same of its step S1
};

const std::string kStarted = R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T10"})";

/// Events of run R1; `more` are further members: `,"seq":1`.
std::string stepEnded(const std::string& step, const std::string& more = "", const std::string& status = "success") {
  return R"({"event":"step.ended","run_id":"R1","step_id":")" + step +
         R"(","name":"n","step_type":"t","started_at":"T11","at":"T12","status":")" + status + "\"" + more + "}";
}
std::string stepFailed(const std::string& step, const std::string& more = "") {
  return stepEnded(step, more, "error");
}
std::string stepStarted(const std::string& step, const std::string& more = "") {
  return R"({"event":"step.started","run_id":"R1","step_id":")" + step +
         R"(","name":"early","step_type":"e","at":"T9")" + more + "}";
}
std::string runEnded(const std::string& more = "") {
  return R"({"event":"run.ended","run_id":"R1","at":"T15")" + more + "}";
}
std::string runFailed(const std::string& more = "") {
  return R"({"event":"run.failed","run_id":"R1","at":"T14","error":{"message":"m"})" + more + "}";
}

const Rule kRules[] = {
    {"a run that completed",
     {kStarted, stepEnded("S1"), runEnded()},
     {{"status", "\"completed\""},
      {"pipeline", "\"p\""},
      {"started_at", "\"T10\""},
      {"ended_at", "\"T15\""},
      {"duration_ms", "5000"},
      {"step_count", "1"},
      {"error_count", "0"},
      {"violation_count", "0"},
      {"error", "null"},
      {"missing_steps", "null"},
      {"lost", "{}"},
      {"metadata", "{}"},
      {"schema", "null"},
      {"parent_run_id", "null"}},
     {{"status", "\"success\""},
      {"duration_ms", "1000"},
      {"error", "null"},
      {"seq", "null"},
      {"parent_step_id", "null"},
      {"violations", "[]"},
      {"input_data", "{}"},
      {"output_data", "{}"},
      {"reasoning", "{}"}}},
    {"a run of which only a step is known",
     {stepEnded("S1")},
     {{"status", "\"running\""},
      {"pipeline", "null"},
      {"started_at", "\"T11\""},
      {"ended_at", "null"},
      {"duration_ms", "null"}},
     {{"name", "\"n\""}}},
    {"a run of which only the end is known",
     {runFailed(R"(,"lost":{"queue_full":3})")},
     {{"status", "\"crashed\""},
      {"pipeline", "null"},
      {"started_at", "\"T14\""},
      {"ended_at", "\"T14\""},
      {"duration_ms", "0"},
      {"step_count", "0"},
      {"lost", "{\"queue_full\":3}"}},
     {}},
    {"a step that was only announced runs",
     {kStarted, stepStarted("S1", R"(,"input_data":{"q":1},"seq":4)")},
     {{"status", "\"running\""}, {"step_count", "1"}, {"error_count", "0"}},
     {{"status", "\"running\""},
      {"name", "\"early\""},
      {"started_at", "\"T9\""},
      {"ended_at", "null"},
      {"duration_ms", "null"},
      {"input_data", "{\"q\":1}"},
      {"seq", "4"}}},
    {"step.ended replaces step.started whole; until run.started comes the late announcement counts for the earliest "
     "time",
     {stepStarted("S1", R"(,"input_data":{"q":1},"seq":4,"parent_step_id":"S2")"),
      stepEnded("S1", R"(,"output_data":{"a":2})")},
     {{"started_at", "\"T9\""}, {"step_count", "1"}},
     {{"status", "\"success\""},
      {"name", "\"n\""},
      {"step_type", "\"t\""},
      {"started_at", "\"T11\""},
      {"input_data", "{}"},
      {"output_data", "{\"a\":2}"},
      {"seq", "null"},
      {"parent_step_id", "null"}}},
    {"run.started decides the start even when something was earlier",
     {kStarted, stepStarted("S1")},
     {{"started_at", "\"T10\""}},
     {}},
    {"both ends: crashed, with all of run.failed",
     {kStarted, runEnded(R"(,"last_seq":7,"lost":{"a":1})"), runFailed(R"(,"last_seq":4,"lost":{"b":2})")},
     {{"status", "\"crashed\""},
      {"ended_at", "\"T14\""},
      {"duration_ms", "4000"},
      {"error", "{\"message\":\"m\"}"},
      {"lost", "{\"b\":2}"},
      {"missing_steps", "5"}},
     {}},
    {"both ends, and only run.ended told last_seq",
     {runEnded(R"(,"last_seq":7,"lost":{"a":1})"), runFailed()},
     {{"missing_steps", "null"}, {"lost", "{}"}},
     {}},
    {"metadata: run.started's, then run.ended's, then run.failed's, at the top level",
     {R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T10","metadata":{"a":1,"b":1,"c":1,"d":{"x":1}}})",
      runEnded(R"(,"metadata":{"b":2,"c":2,"e":2})"), runFailed(R"(,"metadata":{"c":3,"d":{"y":3}})")},
     {{"metadata", R"({"a":1,"b":2,"c":3,"d":{"y":3},"e":2})"}},
     {}},
    {"an end before the start is a duration of nothing",
     {R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T50"})", runEnded(),
      R"({"event":"step.ended","run_id":"R1","step_id":"S1","name":"n","step_type":"t","started_at":"T40","at":"T12","status":"success"})"},
     {{"started_at", "\"T50\""}, {"ended_at", "\"T15\""}, {"duration_ms", "0"}},
     {{"started_at", "\"T40\""}, {"ended_at", "\"T12\""}, {"duration_ms", "0"}}},
    {"steps, errors and violations are counted",
     {stepEnded("S1", R"(,"violations":[{"pointer":"/reasoning/x","kind":"unknown_key","action":"warned"}])"),
      stepFailed("S2", R"(,"violations":[{"pointer":"/a","kind":"wrong_type","action":"warned"},)"
                       R"({"pointer":"/b","kind":"wrong_type","action":"warned"}])"),
      stepFailed("S3", R"(,"error":{"type":"E","message":"m"})"), stepStarted("S4")},
     {{"step_count", "4"}, {"error_count", "2"}, {"violation_count", "3"}},
     {{"violations", R"([{"action":"warned","kind":"unknown_key","pointer":"/reasoning/x"}])"}}},
    {"missing steps: last_seq + 1 less the distinct seq",
     {stepEnded("S1", R"(,"seq":0)"), stepEnded("S2", R"(,"seq":2)"), stepEnded("S3", R"(,"seq":2)"),
      runEnded(R"(,"last_seq":4)")},
     {{"missing_steps", "3"}},
     {}},
    {"missing steps: never below nothing",
     {stepEnded("S1", R"(,"seq":0)"), stepEnded("S2", R"(,"seq":9)"), runEnded(R"(,"last_seq":0)")},
     {{"missing_steps", "0"}},
     {}},
    {"missing steps: the seq of an announcement that step.ended replaced is not seen",
     {stepStarted("S1", R"(,"seq":0)"), stepEnded("S1"), runEnded(R"(,"last_seq":0)")},
     {{"missing_steps", "1"}},
     {}},
    {"missing steps: the greatest last_seq",
     {kStarted, runEnded(R"(,"last_seq":9223372036854775807)")},
     {{"missing_steps", "9223372036854775807"}},
     {}},
    {"what run.started says",
     {R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T10","schema":{"name":"s","version":3},"parent_run_id":"R2"})",
      stepEnded("S1")},
     {{"schema", R"({"name":"s","version":3})"}, {"parent_run_id", "\"R2\""}},
     {}},
};

std::string canonicalMember(const std::string& object, const std::string& name) {
  const auto value = findJsonMember(object, name);
  return value ? canonicalJson(value->text) : "left out";
}

void expectMembers(const std::string& row, const Members& members, std::uint32_t base) {
  for (const auto& [name, json] : members)
    EXPECT_EQ(canonicalMember(row, name), expand(json, base)) << name << " of " << row;
}

class RulesTest : public StoreTest {
 protected:
  /// Appends the lines of one order, with ids of their own.
  void give(Store& store, const std::vector<std::string>& lines, std::uint32_t base, bool oneByOne) {
    std::vector<std::string> batch;
    for (const std::string& line : lines) {
      batch.push_back(expand(line, base));
      if (!oneByOne) continue;
      ASSERT_EQ(count(*appendLines(store, batch, at(100)), AppendResult::Accepted), 1u);
      batch.clear();
    }
    if (oneByOne) return;
    ASSERT_EQ(count(*appendLines(store, batch, at(100)), AppendResult::Accepted), lines.size());
  }

  void check(Store& store, const Rule& rule, std::uint32_t base) {
    const ReadContext context = readAt(at(101));
    expectMembers(toText(mustRun(store, runId(base + 1), context)), rule.run, base);
    if (rule.step.empty()) return;
    expectMembers(toText(mustStep(store, runId(base + 1), stepId(base + 1), context)), rule.step, base);
  }
};

TEST_P(RulesTest, EveryRule_InEveryOrderAndSplit_GivesTheSameState) {
  Store& store = newStore();
  std::uint32_t base = 0;
  for (const Rule& rule : kRules) {
    SCOPED_TRACE(rule.name);
    std::vector<std::string> lines = rule.lines;
    std::sort(lines.begin(), lines.end());
    do {
      for (const bool oneByOne : {false, true}) {
        give(store, lines, base += 10, oneByOne);
        check(store, rule, base);
        if (HasFailure()) return;
      }
    } while (std::next_permutation(lines.begin(), lines.end()));
  }
}

TEST_P(RulesTest, Repetition_OfAnyContent_IsADuplicateAndChangesNothing) {
  Store& store = newStore();
  append(store, {kStarted, stepStarted("S1"), stepEnded("S1"), runEnded(), runFailed()}, at(100));
  const std::string before = dumpStore(store, readAt(at(300)));
  const AppendOutcome outcome =
      append(store,
             {R"({"event":"run.started","run_id":"R1","pipeline":"other","at":"T1","metadata":{"z":1}})",
              R"({"event":"step.started","run_id":"R1","step_id":"S1","name":"other","step_type":"o","at":"T1"})",
              stepFailed("S1", R"(,"seq":8)"), R"({"event":"run.ended","run_id":"R1","at":"T1","last_seq":5})",
              R"({"event":"run.failed","run_id":"R1","at":"T1","error":{"message":"other"},"last_seq":5})"},
             at(200));
  EXPECT_EQ(count(outcome, AppendResult::Duplicate), 5u);
  EXPECT_EQ(dumpStore(store, readAt(at(300))), before);
}

TEST_P(RulesTest, Repetition_WithinOneAppend_FirstContentWins) {
  Store& store = newStore();
  const AppendOutcome outcome =
      append(store, {stepEnded("S1", R"(,"seq":1)"), stepEnded("S1", R"(,"seq":2)"), stepEnded("S1")});
  EXPECT_EQ(outcome.results, (std::vector{AppendResult::Accepted, AppendResult::Duplicate, AppendResult::Duplicate}));
  EXPECT_EQ(mustStep(store, runId(1), stepId(1), readAt(at(101))).seq, 1);
  EXPECT_EQ(mustRun(store, runId(1), readAt(at(101))).stepCount, 1);
}

TEST_P(RulesTest, SameStepId_InTwoRuns_IsTwoSteps) {
  Store& store = newStore();
  const std::string other =
      R"({"event":"step.started","run_id":"R2","step_id":"S1","name":"x","step_type":"t","at":"T3"})";
  EXPECT_EQ(count(append(store, {stepEnded("S1"), other}), AppendResult::Accepted), 2u);
  EXPECT_EQ(mustStep(store, runId(1), stepId(1), readAt(at(101))).name, "n");
  EXPECT_EQ(mustStep(store, runId(2), stepId(1), readAt(at(101))).name, "x");
  EXPECT_EQ(store.steps({}, false, readAt(at(101)))->rows.size(), 2u);
}

TEST_P(RulesTest, LastActivity_MovesWithEveryNewEventOnly) {
  Store& store = newStore();
  append(store, {kStarted}, at(100));
  append(store, {kStarted}, at(110));
  EXPECT_EQ(mustRun(store, runId(1), readAt(at(200))).lastActivityAt, at(100));
  append(store, {stepEnded("S1")}, at(120));
  EXPECT_EQ(mustRun(store, runId(1), readAt(at(200))).lastActivityAt, at(120));
  append(store, {stepStarted("S1")}, at(130));
  EXPECT_EQ(mustRun(store, runId(1), readAt(at(200))).lastActivityAt, at(130));
}

TEST_P(RulesTest, Status_IsIncompleteOnceTheTimeoutIsPast) {
  Store& store = newStore();
  append(store, {kStarted}, at(100));
  const auto statusAt = [&](Timestamp now) {
    return mustRun(store, runId(1), readAt(now, std::chrono::seconds(60))).status;
  };
  EXPECT_EQ(statusAt(at(160)), RunStatus::Running);
  EXPECT_EQ(statusAt(at(160) + Microseconds(1)), RunStatus::Incomplete);
  append(store, {stepEnded("S1")}, at(170));
  EXPECT_EQ(statusAt(at(230)), RunStatus::Running) << "a late event revives the run";
  EXPECT_EQ(statusAt(at(231)), RunStatus::Incomplete);
  append(store, {runEnded()}, at(300));
  EXPECT_EQ(statusAt(at(9000)), RunStatus::Completed);
}

TEST_P(RulesTest, Status_HeedsTheRunsOwnTimeout) {
  Store& store = newStore();
  append(store,
         {R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T1","timeout_s":0.5})",
          R"({"event":"run.started","run_id":"R2","pipeline":"p","at":"T1","timeout_s":3600})"},
         at(100));
  const ReadContext soon = readAt(at(100) + std::chrono::milliseconds(501), std::chrono::seconds(60));
  EXPECT_EQ(mustRun(store, runId(1), soon).status, RunStatus::Incomplete);
  EXPECT_EQ(mustRun(store, runId(2), readAt(at(3700), std::chrono::seconds(60))).status, RunStatus::Running);
  EXPECT_EQ(mustRun(store, runId(2), readAt(at(3701), std::chrono::seconds(60))).status, RunStatus::Incomplete);
}

TEST_P(RulesTest, LastActivity_DoesNotGoBackWithTheBackendsClock) {
  Store& store = newStore();
  append(store, {kStarted}, at(200));
  append(store, {stepEnded("S1")}, at(150));
  EXPECT_EQ(mustRun(store, runId(1), readAt(at(300))).lastActivityAt, at(200));
}

TEST_P(RulesTest, Status_WithTimeoutsThatNeverPass_StaysRunning) {
  Store& store = newStore();
  append(store,
         {kStarted, R"({"event":"run.started","run_id":"R2","pipeline":"p","at":"T1","timeout_s":9000000000000})"});
  const ReadContext context = readAt(*parseTimestamp("9999-12-31T23:59:59Z"), Microseconds::max());
  EXPECT_EQ(mustRun(store, runId(1), context).status, RunStatus::Running);
  EXPECT_EQ(mustRun(store, runId(2), context).status, RunStatus::Running);
  const Filter running = mustParse("status = running", Entity::Run);
  PageQuery query;
  query.filter = &running;
  EXPECT_EQ(store.runs(query, context)->rows.size(), 2u);
}

TEST_P(RulesTest, UnknownIds_AreNothing) {
  Store& store = newStore();
  append(store, {stepEnded("S1")});
  const ReadContext context = readAt(at(101));
  EXPECT_FALSE(store.run(runId(2), context)->has_value());
  EXPECT_FALSE(store.step(runId(2), stepId(1), context)->has_value());
  EXPECT_FALSE(store.step(runId(1), stepId(2), context)->has_value());
  EXPECT_TRUE(store.runSteps(runId(2), context)->empty());
}

TEST_P(RulesTest, RunSteps_StandByStartThenSeqThenId) {
  Store& store = newStore();
  const auto line = [](const std::string& step, const std::string& time, const std::string& more) {
    return R"({"event":"step.started","run_id":"R1","step_id":")" + step + R"(","name":"n","step_type":"t","at":")" +
           time + "\"" + more + "}";
  };
  append(store, {line("S1", "T5", ""), line("S2", "T5", R"(,"seq":9)"), line("S3", "T5", R"(,"seq":0)"),
                 line("S4", "T4", ""), line("S5", "T5", ""), line("S6", "T5", R"(,"seq":9)")});
  const auto smaller = [](std::uint32_t left, std::uint32_t right) { return std::min(stepId(left), stepId(right)); };
  const auto greater = [](std::uint32_t left, std::uint32_t right) { return std::max(stepId(left), stepId(right)); };
  const auto rows = store.runSteps(runId(1), readAt(at(101)));
  std::vector<Id> ids;
  for (const StepSkeleton& row : *rows) ids.push_back(row.stepId);
  EXPECT_EQ(ids, (std::vector{stepId(4), stepId(3), smaller(2, 6), greater(2, 6), smaller(1, 5), greater(1, 5)}));
}

TEST_P(RulesTest, Payloads_KeepEveryDigitOfTheirNumbersAndCharacterOfTheirTexts) {
  Store& store = newStore();
  const std::string payload =
      R"({"big":123456789012345678901234567890,"exact":0.1000000000000000055511151231257827,"":"é😀\u0001","n":[-0.0,1e-7]})";
  append(store, {stepEnded("S1", ",\"reasoning\":" + payload)});
  EXPECT_EQ(jsonContent(mustStep(store, runId(1), stepId(1), readAt(at(101))).reasoning), jsonContent(payload));
}

XRAY_STORE_SUITE(RulesTest);

}  // namespace
}  // namespace xray::test
