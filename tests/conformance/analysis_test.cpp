// What the questions of query.md section 3 mean, by example.

#include "conformance/analysis_test.h"

namespace xray::test {
namespace {

/// A step that has ended, of the run R1; `more` begins with a comma. `n` counts from 0.
std::string stepLine(std::size_t n, const std::string& more = "", const std::string& start = "2026-11-22T16:00:00Z",
                     const std::string& end = "2026-11-22T16:00:01Z") {
  return R"({"event":"step.ended","run_id":"R1","step_id":"S)" + std::to_string(n) +
         R"(","name":"n","step_type":"t","started_at":")" + start + R"(","at":")" + end + R"(","status":"success")" +
         more + "}";
}

std::string withReasoning(std::size_t n, const std::string& json) {
  return stepLine(n, R"(,"reasoning":{"x":)" + json + "}");
}

/// A line of the run `run`: its step, with status "running" an announced one.
std::string runStep(int run, int step, const std::string& status, int second, const std::string& more = "") {
  const bool running = status == "running";
  const std::string text = std::to_string(step);
  return std::string(R"({"event":"step.)") + (running ? "started" : "ended") + R"(","run_id":"R)" +
         std::to_string(run) + R"(","step_id":"S)" + text + R"(","name":"name)" + text + R"(","step_type":"type)" +
         text + (running ? R"(","at":"T)" : R"(","at":"T50","started_at":"T)") + std::to_string(second) + "\"" +
         (running ? "" : R"(,"status":")" + status + "\"") + more + "}";
}

std::string crash(int run, const std::string& error = R"({"message":"m"})") {
  return R"({"event":"run.failed","run_id":"R)" + std::to_string(run) + R"(","at":"T60","error":)" + error + "}";
}

std::string parent(int step) {
  return R"(,"parent_step_id":"S)" + std::to_string(step) + "\"";
}

template <typename Row>
std::vector<std::string> groupsOf(const Analysis<Row>& answer) {
  std::vector<std::string> groups;
  for (const Row& row : answer.rows) groups.push_back(toText(row.group) + bucketText(row.bucket));
  return groups;
}

using Texts = std::vector<std::string>;

TEST_P(AnalysisTest, NothingMatches_OneRowOfNothing_OrNoneWithGroups) {
  EXPECT_EQ(toText(askLatency("", "")), "count 0 errors 0: none none none none none\n");
  EXPECT_EQ(toText(askValues("reasoning.x", "", "")), "count 0 missing 0: none none none none none\n");
  EXPECT_EQ(toText(askCounts(Entity::Run, "", "")), "0\n");
  EXPECT_EQ(toText(askCounts(Entity::Step, "", "")), "0\n");
  EXPECT_EQ(toText(askFailures("", "-")), "0 share none:\n");
  give({stepLine(1)});
  for (const std::string filter : {"name = other", ""}) {
    if (!filter.empty()) {
      EXPECT_EQ(toText(askLatency(filter, "")), "count 0 errors 0: none none none none none\n");
      EXPECT_EQ(toText(askLatency(filter, "name")), "");
      EXPECT_EQ(toText(askLatency(filter, "", "1h")), "");
      EXPECT_EQ(toText(askCounts(Entity::Step, filter, "reasoning.x")), "");
    }
    EXPECT_EQ(toText(askFailures("", "")), "");
  }
  EXPECT_EQ(toText(askValues("reasoning.x", "", "name")), "\"n\" count 0 missing 1: none none none none none\n");
}

TEST_P(AnalysisTest, Percentiles_AreNearestRank) {
  std::vector<std::string> lines;
  for (std::size_t i = 1; i <= 101; ++i) {
    const std::string end = formatTimestamp(at(0) + Microseconds(i));
    lines.push_back(stepLine(i, R"(,"reasoning":{"x":)" + std::to_string(i) + "}", "2026-11-22T16:00:00Z", end));
    give({lines.back()});
    const auto n = static_cast<int>(i);
    const auto rank = [n](int percent) { return std::to_string((n * percent + 99) / 100); };
    const std::string expected = "1 " + rank(50) + " " + rank(95) + " " + rank(99) + " " + std::to_string(n);
    EXPECT_EQ(toText(askLatency("", "")), "count " + std::to_string(n) + " errors 0: " + expected + "\n");
    EXPECT_TRUE(toText(askValues("reasoning.x", "", "")).find(expected) != std::string::npos);
    if (HasFailure() || IsSkipped()) return;
  }
}

TEST_P(AnalysisTest, DurationsUpToTheEndOfTime_AreExact_AndDoNotOverflow) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < 60; ++i) {
    lines.push_back(
        stepLine(i, "", "0001-01-01T00:00:00.00000" + std::to_string(i % 10) + "Z", "9999-12-31T23:59:59.999999Z"));
  }
  lines.push_back(stepLine(60, "", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"));  // a clock that was set back
  give(lines);
  const auto answer = askLatency("", "");
  ASSERT_EQ(answer.rows.size(), IsSkipped() ? 0u : 1u);
  if (IsSkipped()) return;
  EXPECT_EQ(toText(answer),
            "count 61 errors 0: 0 315537897599999994 315537897599999999 315537897599999999 315537897599999999\n");
  EXPECT_NEAR(*answer.rows.front().average, 60 * 315537897599999994.5 / 61, 1e9);
}

TEST_P(AnalysisTest, Buckets_CountFromTheEpoch_BackwardsToo) {
  const Texts starts = {"1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:58Z",
                        "1969-12-31T23:59:57.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
                        "2026-11-22T16:00:00.123456Z"};
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    lines.push_back(stepLine(i, "", starts[i], starts[i]));
    lines.push_back(R"({"event":"run.started","run_id":"R)" + std::to_string(10 + i) + R"(","pipeline":"p","at":")" +
                    starts[i] + "\"}");
  }
  give(lines);
  for (const std::string interval : {"1us", "7us", "999ms", "1s", "2s", "1h", "7d", "400d", "3650000d", "104166666d"}) {
    askLatency("", "", interval);
    askCounts(Entity::Step, "", "name", interval);
    askCounts(Entity::Run, "", "", interval);
  }
  if (IsSkipped()) return;
  EXPECT_EQ(groupsOf(askCounts(Entity::Step, "", "", "1s")),
            (Texts{"9999-12-31T23:59:59.000000Z ", "2026-11-22T16:00:00.000000Z ", "1970-01-01T00:00:00.000000Z ",
                   "1969-12-31T23:59:59.000000Z ", "1969-12-31T23:59:58.000000Z ", "1969-12-31T23:59:57.000000Z ",
                   "0001-01-01T00:00:00.000000Z "}));
  // What begins before the years that can be written is told as beginning with them.
  EXPECT_EQ(groupsOf(askCounts(Entity::Step, "", "", "104166666d")),
            (Texts{"0001-01-01T00:00:00.000000Z ", "1970-01-01T00:00:00.000000Z "}));
}

TEST_P(AnalysisTest, GroupsByJson_KeepTypesApart_AndNumbersAreDoubles) {
  std::vector<std::string> lines{stepLine(0)};
  for (const std::string json : {"\"1\"",
                                 "1",
                                 "1.0",
                                 "1e0",
                                 "true",
                                 "false",
                                 "null",
                                 "[]",
                                 "{}",
                                 "[1]",
                                 "\"true\"",
                                 "-0.0",
                                 "0",
                                 "0",
                                 "9007199254740992",
                                 "9007199254740993",
                                 "\"\"",
                                 "\"z\"",
                                 "\"é\"",
                                 "-1",
                                 "5e-324",
                                 "1.7976931348623157e308",
                                 "\"Z\""}) {
    lines.push_back(withReasoning(lines.size(), json));
  }
  give(lines);
  const auto answer = askCounts(Entity::Step, "", "reasoning.x");
  if (IsSkipped()) return;
  EXPECT_EQ(groupsOf(answer),
            (Texts{"null ", "1 ", "0 ", "9007199254740992 ", "\"é\" ", "\"z\" ", "\"true\" ", "\"Z\" ", "\"1\" ",
                   "\"\" ", "1.7976931348623157e+308 ", "5e-324 ", "-1 ", "true ", "false "}));
  askLatency("", "reasoning.x,status");
  askValues("reasoning.x", "", "reasoning.x");
}

TEST_P(AnalysisTest, ValuesOfAllMagnitudes_AreExact_AndNeverFail) {
  Random random("ValuesOfAllMagnitudes");
  const Texts numbers = {"0",
                         "-0.0",
                         "5e-324",
                         "-5e-324",
                         "1e-323",
                         "2.2250738585072014e-308",
                         "1e-310",
                         "1e-300",
                         "1e-301",
                         "-1e-299",
                         "1",
                         "-1",
                         "0.1",
                         "1.0000000000000002",
                         "10000000000000000",
                         "10000000000000002",
                         "9007199254740993",
                         "1e279",
                         "1e280",
                         "-1e281",
                         "1e290",
                         "-1.1e290",
                         "1e300",
                         "-1e300",
                         "1.7976931348623157e308",
                         "-1.7976931348623157e308",
                         "8.9e307",
                         "-8.9e307",
                         "1.7e308",
                         "94.2",
                         "94.3",
                         "94.4",
                         "20",
                         "40",
                         "60"};
  std::vector<std::string> lines;
  for (int group = 0; group < 300; ++group) {
    // Two numbers and what is between them, or any.
    const Texts ends = {random.pick(numbers), random.pick(numbers)};
    for (std::uint64_t i = 1 + random.below(30); i > 0; --i) {
      const std::string json = R"(,"reasoning":{"g":)" + std::to_string(group) + R"(,"x":)" +
                               random.pick(group % 2 == 0 ? ends : numbers) + "}";
      lines.push_back(stepLine(lines.size(), json));
    }
  }
  give(lines);
  for (const std::string group : {"reasoning.g", "", "reasoning.x"}) {
    const auto answer = askValues("reasoning.x", "", group);
    for (const ValuesRow& row : answer.rows) {
      std::int64_t sum = 0;
      double at = *row.min;
      for (const HistogramBin& bin : *row.histogram) {
        EXPECT_EQ(bin.lo, at);
        EXPECT_LE(bin.lo, bin.hi);
        at = bin.hi;
        sum += bin.count;
      }
      EXPECT_EQ(at, *row.max);
      EXPECT_EQ(sum, row.count);
      EXPECT_GE(*row.average, *row.min);
      EXPECT_LE(*row.average, *row.max);
    }
    if (HasFailure()) return;
  }
}

TEST_P(AnalysisTest, Failures_EachRuleInItsTurn) {
  const std::string children = parent(2);
  give({
      // R1: rule 1, although a later step failed. R2: the named step is not known, so rule 2.
      runStep(1, 1, "success", 1),
      runStep(1, 2, "error", 2),
      crash(1, R"({"message":"m","step_id":"S1"})"),
      runStep(2, 1, "error", 1),
      runStep(2, 2, "success", 2),
      crash(2, R"({"message":"m","step_id":"S9"})"),
      // R3: the later error has an errored child, the child is earlier. R4: its child is no error.
      runStep(3, 1, "error", 1, children),
      runStep(3, 2, "error", 2),
      crash(3),
      runStep(4, 1, "success", 1, children),
      runStep(4, 2, "error", 2),
      runStep(4, 3, "running", 3),
      crash(4),
      // R5: a parent by an id that another run's errored step names. R6, R7: same start; seq, then step id decide.
      runStep(5, 2, "error", 2),
      runStep(5, 3, "running", 3),
      crash(5),
      runStep(6, 1, "error", 1, R"(,"seq":9)"),
      runStep(6, 2, "error", 1),
      runStep(6, 3, "error", 1, R"(,"seq":0)"),
      crash(6),
      runStep(7, 1, "error", 1, R"(,"seq":3)"),
      runStep(7, 2, "error", 1, R"(,"seq":2)"),
      crash(7),
      // R8: rule 3. R9: rule 4. R10: no step. R11: circles of errors are nobody's, so the running one.
      runStep(8, 1, "running", 1),
      runStep(8, 2, "running", 2),
      runStep(8, 3, "success", 3),
      crash(8),
      runStep(9, 1, "success", 1),
      runStep(9, 2, "success", 2),
      crash(9),
      crash(10),
      runStep(11, 1, "error", 1, parent(2)),
      runStep(11, 2, "error", 2, parent(1)),
      runStep(11, 3, "running", 0),
      crash(11),
      // R12: silent since T100, by the clock. R13: completed with an error, not asked for. R14: waits for an hour.
      runStep(12, 1, "running", 1),
      runStep(13, 1, "error", 1),
      R"({"event":"run.ended","run_id":"R13","at":"T5"})",
      R"({"event":"run.started","run_id":"R14","pipeline":"p","at":"T1","timeout_s":3600})",
      runStep(14, 1, "error", 1),
  });
  context_ = readAt(at(161), std::chrono::seconds(60));
  const auto blamed = [&](int run) {
    const auto answer = askFailures("run_id = " + runId(static_cast<std::uint32_t>(run)).toString(), "rule,name");
    return answer.rows.size() == 1 ? toText(answer.rows.front().group) : "none";
  };
  const Texts expected = {"1 \"name1\" ", "2 \"name1\" ", "2 \"name1\" ", "2 \"name2\" ", "2 \"name2\" ",
                          "2 \"name2\" ", "2 \"name1\" ", "3 \"name2\" ", "4 \"name2\" ", "null null ",
                          "3 \"name3\" ", "3 \"name1\" ", "none",         "none"};
  for (std::size_t run = 1; run <= expected.size(); ++run) {
    const std::string told = blamed(static_cast<int>(run));
    if (IsSkipped()) return;
    EXPECT_EQ(told, expected[run - 1]) << run;
  }
  const auto all = askFailures("", "-");
  ASSERT_EQ(all.rows.size(), 1u);
  EXPECT_EQ(all.rows.front().runs, 12);
  EXPECT_EQ(all.rows.front().examples.size(), kMaxFailureExamples);
  for (const std::string group : {"", "rule", "name", "step_type", "run.pipeline", "error.type", "error.type,rule"}) {
    askFailures("", group);
  }
  // One second earlier the silent run may still go on.
  context_ = readAt(at(160), std::chrono::seconds(60));
  EXPECT_EQ(blamed(12), "none");
}

TEST_P(AnalysisTest, Failures_ExamplesAreTheNewestFive_ShareIsOfAllThatMatch) {
  std::vector<std::string> lines;
  for (int run = 1; run <= 10; ++run) {
    const std::string start = "T" + std::to_string(run == 7 ? 5 : run);  // two began at the same time
    lines.push_back(R"({"event":"run.started","run_id":"R)" + std::to_string(run) + R"(","pipeline":"p","at":")" +
                    start + "\"}");
    lines.push_back(runStep(run, run <= 8 ? 1 : 2, "error", 20));
    lines.push_back(crash(run, R"({"message":"m","type":")" + std::string(run % 2 == 0 ? "even" : "odd") + "\"}"));
  }
  give(lines);
  const auto answer = askFailures("", "step_type");
  if (IsSkipped()) return;
  ASSERT_EQ(answer.rows.size(), 2u);
  EXPECT_EQ(answer.rows[0].runs, 8);
  EXPECT_EQ(answer.rows[0].share, 0.8);
  Texts examples;
  for (const FailureExample& example : answer.rows[0].examples) {
    examples.push_back(example.runId.toString());
    EXPECT_EQ(example.stepId, stepId(1));
  }
  Texts sameTime = {runId(5).toString(), runId(7).toString()};
  std::ranges::sort(sameTime);
  EXPECT_EQ(examples, (Texts{runId(8).toString(), runId(6).toString(), sameTime[0], sameTime[1], runId(4).toString()}));
  EXPECT_EQ(askFailures("error.type = even", "error.type").rows.front().share, 1.0);
}

TEST_P(AnalysisTest, MoreThanAThousandGroups_AreCut) {
  std::vector<std::string> lines;
  for (int run = 0; run < 1000; ++run) {
    lines.push_back(runStep(run, run, "error", 1, R"(,"reasoning":{"x":)" + std::to_string(run) + "}"));
    lines.push_back(crash(run));
  }
  give(lines);
  const auto ask = [&](bool truncated) {
    const auto check = [&](const auto& answer) {
      if (IsSkipped()) return;
      EXPECT_EQ(answer.rows.size(), kMaxAnalysisRows);
      EXPECT_EQ(answer.truncated, truncated);
    };
    check(askLatency("", "name"));
    check(askCounts(Entity::Step, "", "name,reasoning.x"));
    check(askValues("reasoning.x", "", "step_type"));
    check(askFailures("", "name"));
  };
  ask(false);
  // The cut is by order: the new group is the only one with two, and stands first.
  give({runStep(1000, 2000, "error", 2), crash(1000), runStep(1001, 2000, "error", 2), crash(1001)});
  ask(true);
  if (IsSkipped()) return;
  EXPECT_EQ(toText(askLatency("", "name").rows.front().group), "\"name2000\" ");
}

TEST_P(AnalysisTest, StatusOfRuns_IsThatOfTheMomentAskedFor) {
  give({stepLine(1), R"({"event":"run.started","run_id":"R2","pipeline":"p","at":"T1","timeout_s":500})",
        R"({"event":"run.ended","run_id":"R3","at":"T5"})", crash(4)});
  context_ = readAt(at(160), std::chrono::seconds(60));
  const auto early = askCounts(Entity::Run, "", "status");
  context_ = readAt(at(161), std::chrono::seconds(60));
  const auto late = askCounts(Entity::Run, "", "status");
  askLatency("run.status = incomplete", "run.status");
  if (IsSkipped()) return;
  EXPECT_EQ(toText(early), "\"running\" 2\n\"crashed\" 1\n\"completed\" 1\n");
  EXPECT_EQ(toText(late), "\"running\" 1\n\"incomplete\" 1\n\"crashed\" 1\n\"completed\" 1\n");
}

TEST_P(AnalysisTest, FilterOverTheOtherEntity_IsRefused_AndAPastDeadlineEnds) {
  const Filter ofRuns = mustParse("status = crashed", Entity::Run);
  const Filter ofSteps = mustParse("status = error", Entity::Step);
  const AnalysisField field = *parseValueField("reasoning.x");
  const auto all = [&](const Filter* runs, const Filter* steps, const ReadContext& context) {
    return std::vector<StatusCode>{store_->latency({steps, {}, {}}, context).status().code(),
                                   store_->values({steps, field, {}}, context).status().code(),
                                   store_->failures({runs, {FailureKey::Rule}}, context).status().code(),
                                   store_->counts(Entity::Run, {runs, {}, {}}, context).status().code(),
                                   store_->counts(Entity::Step, {steps, {}, {}}, context).status().code()};
  };
  ReadContext past = context_;
  past.deadline = std::chrono::steady_clock::now();
  for (const StatusCode code : all(&ofSteps, &ofRuns, context_)) {
    EXPECT_TRUE(code == StatusCode::InvalidArgument || code == StatusCode::NotSupported);
  }
  for (const StatusCode code : all(&ofRuns, &ofSteps, past)) {
    EXPECT_TRUE(code == StatusCode::DeadlineExceeded || code == StatusCode::NotSupported);
  }
  for (const StatusCode code : all(nullptr, nullptr, context_)) {
    EXPECT_TRUE(code == StatusCode::Ok || code == StatusCode::NotSupported);
  }
}

XRAY_STORE_SUITE(AnalysisTest);

}  // namespace
}  // namespace xray::test
