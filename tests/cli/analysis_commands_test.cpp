// latency, failures, values, counts against a real server, and against its store.

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "cli/asked_backend.h"
#include "cli/terminal.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class AnalysisCommands : public AskedBackend {};

TEST_F(AnalysisCommands, Latency_IsATableByStepType) {
  EXPECT_EQ(ask({"latency"}).out,
            "STEP_TYPE  COUNT  ERRORS    MIN    AVG    P50    P95    P99    MAX\n"
            "filter         3       0  250ms  417ms  500ms  500ms  500ms  500ms\n"
            "ranking        2       1  1.00s  2.50s  1.00s  4.00s  4.00s  4.00s\n");
  EXPECT_EQ(ask({"latency", "--group-by", "", "run.pipeline = etl"}).out,
            "COUNT  ERRORS    MIN    AVG    P50    P95    P99    MAX\n"
            "    1       0  500ms  500ms  500ms  500ms  500ms  500ms\n");
}

TEST_F(AnalysisCommands, Latency_Interval_IsALineAGroup) {
  EXPECT_EQ(ask({"latency", "--interval", "1h", "--utc"}).out,
            "STEP_TYPE  COUNT  ERRORS  LEAST   MOST  11-22\n"
            "filter         3       0  250ms  500ms  ▄█·█\n"
            "ranking        2       1  1.00s  4.00s  ▂█··\n"
            "LEAST, MOST: p95 of an interval. One column is 1h; · is none.\n");
  EXPECT_EQ(
      ask({"latency", "--interval", "1h", "--buckets", "--utc", "--group-by", "step_type", "step_type = ranking"}).out,
      "FROM                  STEP_TYPE  COUNT  ERRORS    MIN    AVG    P50    P95    P99    MAX\n"
      "2026-11-22 12:00:00Z  ranking        1       0  1.00s  1.00s  1.00s  1.00s  1.00s  1.00s\n"
      "2026-11-22 13:00:00Z  ranking        1       1  4.00s  4.00s  4.00s  4.00s  4.00s  4.00s\n");
}

TEST_F(AnalysisCommands, Failures_ShowShareAndExamples) {
  EXPECT_EQ(ask({"failures"}).out,
            "STEP_TYPE          RUNS  SHARE              EXAMPLES\n"
            "ranking               1  50.0%  ██████████  0190b2a4-7c12\n"
            "(before any step)     1  50.0%  ██████████  0190b2a4-7c13\n");
  EXPECT_EQ(ask({"failures", "--group-by", "rule,error.type", "pipeline = picker"}).out,
            "RULE                       ERROR.TYPE  RUNS   SHARE                        EXAMPLES\n"
            "the last step that failed  Timeout        1  100.0%  ████████████████████  0190b2a4-7c12\n");
  EXPECT_EQ(ask({"failures", "pipeline = none"}).out, "No run that matches has failed.\n");
}

TEST_F(AnalysisCommands, Failures_Examples_AreTakenByRun) {
  EXPECT_THAT(ask({"run", "0190b2a4-7c12", "--utc"}).out,
              testing::StartsWith("run " + runId(2) + "  picker  ✗ crashed\n"));
  const CommandOutcome several = ask({"run", "0190b2a4"});
  EXPECT_EQ(several.exitCode, 2);
  EXPECT_THAT(several.error, HasSubstr("4 runs have ids that begin with 0190b2a4: "));
  EXPECT_EQ(ask({"run", "0190b2a5"}).exitCode, 3);
}

TEST_F(AnalysisCommands, Values_AreNumbersAndAHistogram) {
  const std::string all = ask({"values", "reasoning.percentage_eliminated"}).out;
  EXPECT_THAT(all, testing::StartsWith("COUNT  MISSING  MIN   AVG  P50   P95   P99   MAX\n"
                                       "    3        2   10  52.5   50  97.5  97.5  97.5\n\n"
                                       "FROM    TO  COUNT\n10.0  14.4      1  █"));
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 24);
  EXPECT_EQ(ask({"values", "reasoning.percentage_eliminated", "--group-by", "run.pipeline"}).out,
            "RUN.PIPELINE  COUNT  MISSING  MIN    AVG  P50   P95   P99   MAX  FROM MIN TO MAX\n"
            "picker            2        2   10  53.75   10  97.5  97.5  97.5  █··················█\n"
            "etl               1        0   50     50   50    50    50    50  ···················█\n");
  EXPECT_THAT(ask({"values", "reasoning.nothing"}).out, HasSubstr("No step has a number in reasoning.nothing.\n"));
}

TEST_F(AnalysisCommands, Counts_OfRunsAndSteps) {
  EXPECT_EQ(ask({"counts"}).out,
            "STATUS     COUNT\n"
            "crashed        2  ████████████████████\n"
            "running        1  ██████████\n"
            "completed      1  ██████████\n");
  EXPECT_THAT(ask({"counts", "--of", "steps", "--group-by", "step_type"}).out, HasSubstr("filter         3"));
  EXPECT_EQ(ask({"counts", "--group-by", "", "--interval", "1h", "--utc"}).out,
            "COUNT  LEAST  MOST  11-22\n"
            "    4      1     1  ████\n"
            "LEAST, MOST: count of an interval. One column is 1h; · is none.\n");
}

TEST_F(AnalysisCommands, SinceAndUntil_NarrowEveryQuestion) {
  const std::vector<std::string> window{"--since", "2026-11-22T13:00:00Z", "--until", "2026-11-22T14:00:00Z"};
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"latency", "--group-by", "", "--csv"},
                                             {"failures", "--csv"},
                                             {"values", "reasoning.percentage_eliminated", "--csv"},
                                             {"counts", "--csv"},
                                             {"runs", "--csv"},
                                             {"steps", "--csv"},
                                             {"export"}}) {
    std::vector<std::string> narrowed = command;
    narrowed.insert(narrowed.end(), window.begin(), window.end());
    const std::string out = ask(narrowed).out;
    EXPECT_NE(out, ask(command).out) << command[0];
    EXPECT_THAT(out, Not(testing::AnyOf(HasSubstr(runId(1)), HasSubstr(runId(3))))) << command[0];
  }
  EXPECT_THAT(ask({"runs", "--since", "2026-11-22T13:00:00Z", "status = crashed OR status = completed", "--csv"}).out,
              testing::AllOf(HasSubstr(runId(2)), HasSubstr(runId(3)), Not(HasSubstr(runId(1)))));
  EXPECT_EQ(ask({"counts", "--since", "1h"}).out, "Nothing matches.\n");
}

TEST_F(AnalysisCommands, Json_IsThatOfTheApi) {
  EXPECT_EQ(ask({"latency", "--json"}).out, backend_->get("/v1/analysis/latency?group_by=step_type").body + "\n");
  EXPECT_EQ(ask({"failures", "--json"}).out, backend_->get("/v1/analysis/failures?group_by=step_type").body + "\n");
  EXPECT_EQ(ask({"counts", "--json", "--interval", "1h"}).out,
            backend_->get("/v1/analysis/counts?of=runs&group_by=status&interval=1h").body + "\n");
  EXPECT_EQ(ask({"values", "reasoning.x", "--json"}).out,
            backend_->get("/v1/analysis/values?field=reasoning.x").body + "\n");
}

TEST_F(AnalysisCommands, Csv_HasALineOfNames) {
  EXPECT_THAT(ask({"latency", "--csv", "--interval", "1h"}).out,
              testing::StartsWith("step_type,bucket,count,errors,min_ms,avg_ms,p50_ms,p95_ms,p99_ms,max_ms\r\n"));
  EXPECT_EQ(ask({"failures", "--csv"}).out,
            "step_type,runs,share,examples\r\nranking,1,0.5," + runId(2) + "\r\n,1,0.5," + runId(3) + "\r\n");
  EXPECT_EQ(ask({"counts", "--csv", "status = none OR status = incomplete"}).exitCode, 2);
  EXPECT_EQ(ask({"counts", "--csv", "status = incomplete"}).out, "status,count\r\n");
  EXPECT_THAT(ask({"values", "reasoning.percentage_eliminated", "--csv"}).out,
              HasSubstr("\n3,2,10,52.5,50,97.5,97.5,97.5,\"[{"));
  EXPECT_EQ(ask({"runs", "--csv", "--json"}).exitCode, 2);
}

TEST_F(AnalysisCommands, BadFilter_IsShownWithACaret_InEveryCommand) {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{{"latency"},
                                                                                       {"failures"},
                                                                                       {"values", "reasoning.x"},
                                                                                       {"counts"},
                                                                                       {"runs"},
                                                                                       {"steps"},
                                                                                       {"export"},
                                                                                       {"tail"}}) {
    for (const bool window : {false, true}) {
      if (window && command[0] == "tail") continue;
      std::vector<std::string> arguments = command;
      arguments.emplace_back("started_at > ago(1h) AND durationn > 5s");
      if (window) arguments.insert(arguments.end(), {"--since", "24h"});
      const CommandOutcome outcome = ask(arguments);
      EXPECT_EQ(outcome.exitCode, 2) << command[0];
      EXPECT_EQ(outcome.out, "") << command[0];
      EXPECT_EQ(outcome.error,
                "xray: filter:26: unknown field \"durationn\"; did you mean \"duration\"?\n"
                "  started_at > ago(1h) AND durationn > 5s\n"
                "                           ^\n")
          << command[0];
    }
  }
}

TEST_F(AnalysisCommands, BadParameters_SayWhatIsAllowed) {
  const auto refused = [](std::vector<std::string> arguments, const char* words) {
    const CommandOutcome outcome = ask(arguments);
    EXPECT_EQ(outcome.exitCode, 2) << testing::PrintToString(arguments);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.error, HasSubstr(words)) << testing::PrintToString(arguments);
  };
  refused({"latency", "--group-by", "sttus"}, "did you mean \"status\"?");
  refused({"latency", "--group-by", "name,name"}, "named twice");
  refused({"latency", "--interval", "5"}, "interval: must be a duration");
  refused({"latency", "--interval", "0s"}, "interval: must be a duration");
  refused({"latency", "--buckets"}, "--interval");
  refused({"failures", "--group-by", "status"}, "group_by: \"status\" is not allowed");
  refused({"counts", "--of", "events"}, "--of");
  refused({"counts", "--group-by", "step_type"}, "group_by: \"step_type\" is not allowed");
  refused({"values"}, "field");
  refused({"values", "name"}, "field");
  refused({"runs", "--since", "yesterday"}, "--since: \"yesterday\" is no time");
  refused({"runs", "--since", "1h", "--until", "2h"}, "is not before");
  refused({"tail", "--every", "0s"}, "--every: must be a duration");
  refused({"tail", "--of", "events"}, "--of");
  refused({"export", "--format", "xml"}, "--format");
  refused({"rejections", "--limit", "0"}, "--limit");
}

TEST_F(AnalysisCommands, FitEveryTerminal) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"latency"},
                                             {"latency", "--interval", "10m", "--utc"},
                                             {"latency", "--interval", "1h", "--buckets"},
                                             {"failures"},
                                             {"failures", "--group-by", "step_type,name,rule"},
                                             {"values", "reasoning.percentage_eliminated"},
                                             {"values", "reasoning.percentage_eliminated", "--group-by", "step_type"},
                                             {"counts", "--of", "steps", "--interval", "1m"},
                                             {"rejections"}}) {
    for (const std::size_t width : {40, 60, 80, 120, 200}) {
      std::vector<std::string> arguments = command;
      arguments.insert(arguments.end(), {"--server", backend_->apiUrl()});
      std::istringstream lines(runCommand(arguments, width).out);
      for (std::string line; std::getline(lines, line);) EXPECT_LE(displayWidth(line), width) << line;
    }
  }
}

TEST_F(AnalysisCommands, Rejections_ShowTheBytesHarmlessly) {
  const std::string out = ask({"rejections", "--utc"}).out;
  EXPECT_THAT(out, testing::StartsWith("RECEIVED"));
  EXPECT_THAT(out, HasSubstr("{\"event\":\"\\x1b[31m\"}"));
  EXPECT_THAT(out, HasSubstr("{\"\\xff\"}"));
  EXPECT_THAT(out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(ask({"rejections", "--json"}).out, backend_->get("/v1/rejections").body + "\n");
  EXPECT_THAT(ask({"rejections", "--csv"}).out, testing::StartsWith("id,received_at,code,detail,raw,raw_encoding\r\n"));
  EXPECT_THAT(ask({"rejections", "--limit", "1"}).out, HasSubstr("… there are more; --limit 1 was reached.\n"));
}

TEST_F(AnalysisCommands, Export_WritesWholeRows) {
  std::string rows = backend_->get("/v1/runs").body;
  const std::string lines = ask({"export"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 4);
  std::istringstream each(lines);
  for (std::string line; std::getline(each, line);) EXPECT_THAT(rows, HasSubstr(line));
  const std::string steps = ask({"export", "--of", "steps", "--format", "csv", "--order", "duration desc"}).out;
  EXPECT_THAT(steps, testing::StartsWith("step_id,run_id,parent_step_id,"));
  EXPECT_THAT(steps, HasSubstr("{\"\"percentage_eliminated\"\":97.5}"));
  EXPECT_EQ(ask({"export", "--format", "csv", "status = incomplete"}).out.find('\n'),
            ask({"export", "--format", "csv", "status = incomplete"}).out.size() - 1);
}

TEST_F(AnalysisCommands, Export_IsThatOfTheApi) {
  for (const std::string of : {"runs", "steps"}) {
    for (const std::string format : {"jsonl", "csv"}) {
      EXPECT_EQ(ask({"export", "--of", of, "--format", format}).out,
                backend_->get("/v1/export?of=" + of + "&format=" + format).body)
          << of << format;
    }
  }
}

TEST_F(AnalysisCommands, Export_ToAFile_IsThereWholeOrNotAtAll) {
  const test::TempFolder folder;
  const std::string file = (folder.path() / "runs.jsonl").string();
  const CommandOutcome whole = ask({"export", "-o", file});
  EXPECT_EQ(whole.out, "");
  EXPECT_EQ(whole.error, "4 runs in " + file + "\n");
  EXPECT_FALSE(std::filesystem::exists(file + ".part"));
  const auto size = std::filesystem::file_size(file);
  EXPECT_EQ(size, ask({"export"}).out.size());

  EXPECT_EQ(ask({"export", "-o", file, "x = 1"}).exitCode, 2);
  EXPECT_EQ(std::filesystem::file_size(file), size);  // what was there stays
  EXPECT_FALSE(std::filesystem::exists(file + ".part"));
  const CommandOutcome nowhere = ask({"export", "-o", (folder.path() / "none/x").string()});
  EXPECT_EQ(nowhere.exitCode, 1);
  EXPECT_THAT(nowhere.error, HasSubstr("No such file or directory"));
  const CommandOutcome full = ask({"export", "-o", "/dev/full"});
  EXPECT_EQ(full.exitCode, 1);
  EXPECT_THAT(full.error, HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace xray::cli
