#include "replay/whowhen_file.h"

#include <algorithm>

#include "replay/recordings.h"
#include "support/temp_folder.h"

namespace replay {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class WhoWhenFile : public ::testing::Test {
 protected:
  fs::path write(const std::string& history, const std::string& more = "") const {
    return folder_.write("x.json", R"({"question_ID": "q-1", "history": [)" + history + "]" + more + "}");
  }
  AgentRun read(const std::string& history, const std::string& more = "") const {
    auto run = readWhoWhenFile(write(history, more));
    if (!run.ok()) throw std::runtime_error(run.status().message());
    return std::move(*run);
  }

  const xray::test::TempFolder folder_;
};

/// "agent/type" of every step, with the error's type where there is one.
std::vector<std::string> outline(const AgentRun& run) {
  std::vector<std::string> steps;
  for (const auto& step : run.steps) {
    steps.push_back(step.name + "/" + step.type + (step.error ? "!" + step.error->type : ""));
  }
  return steps;
}

const std::string kMagentic = R"j(
    {"role": "human", "content": "How many boats?"},
    {"role": "Orchestrator (thought)",
                  "content" : "Initial plan"
},
    {"role": "Orchestrator (-> FileSurfer)", "content": "Open boats.csv"},
    {"role": "FileSurfer", "content": "Title: Error 404\n## Error 404\n\nFile not found: boats.csv"},
    {"role": "WebSurfer", "content": "I clicked 'Boats'."},
    {"role": "Assistant", "content": "Seven"},
    {"role": "ComputerTerminal", "content": "The script ran, then exited with Unix exit code: 1\nIts output was:\nno"})j";

TEST_F(WhoWhenFile, MessagesOfMagenticOne_BecomeStepsOfTheirAgents) {
  const AgentRun run =
      read(kMagentic +
           R"j(, {"role": "Orchestrator (termination condition)", "content": "No agent selected.\nFINAL ANSWER: 7"})j");
  EXPECT_EQ(run.file, "x.json");
  EXPECT_EQ(run.pipeline, "magentic-one");
  EXPECT_EQ(std::get<std::string>(run.task), "q-1");
  EXPECT_EQ(outline(run), (std::vector<std::string>{"human/task", "Orchestrator/plan", "Orchestrator/dispatch",
                                                    "FileSurfer/read!FileError", "WebSurfer/browse", "Assistant/llm",
                                                    "ComputerTerminal/execute!ExitCode", "Orchestrator/stop"}));
  for (std::size_t i = 0; i < run.steps.size(); ++i) EXPECT_EQ(run.steps[i].message, i);
  EXPECT_EQ(run.steps[0].heardFrom, "");
  EXPECT_EQ(run.steps[4].heardFrom, "FileSurfer");
  EXPECT_EQ(run.steps[5].heard, "I clicked 'Boats'.");
  EXPECT_EQ(run.steps[5].text, "Seven");
  ASSERT_TRUE(run.error);
  EXPECT_EQ(run.error->type, "WrongAnswer") << "the error of a step is none of the run's";
}

TEST_F(WhoWhenFile, ExceptionBelowTheLastMessage_IsTheStepsAndTheRuns) {
  const AgentRun run = read(kMagentic + R"j(, {"role": "WebSurfer", "content":
      "I scrolled.\nError processing publish message\nTraceback (most recent call last):\n  File \"a.py\"\nnet.Refused: 400\n"})j");
  EXPECT_EQ(outline(run).back(), "WebSurfer/browse!net.Refused");
  EXPECT_EQ(run.steps.back().text, "I scrolled.");
  ASSERT_TRUE(run.error);
  EXPECT_EQ(run.error->type + ": " + run.error->message, "net.Refused: 400");
}

TEST_F(WhoWhenFile, LimitThatStoppedTheRun_IsItsError) {
  const AgentRun run =
      read(kMagentic +
           R"j(, {"role": "Orchestrator (termination condition)", "content": "Max rounds (30) reached.\nmore"})j");
  ASSERT_TRUE(run.error);
  EXPECT_EQ(run.error->type + ": " + run.error->message, "LimitReached: Max rounds (30) reached.");
}

TEST_F(WhoWhenFile, MessagesOfCaptainAgent_BecomeStepsOfTheirAgents) {
  const AgentRun run = read(R"j(
      {"role": "assistant", "name": "Boat_Expert", "content": "You are given: a task"},
      {"role": "user", "name": "Computer_terminal", "content": "There is no code to execute."},
      {"role": "assistant", "name": "Boat_Expert", "content": "```python\nopen('a')\n```"},
      {"role": "user", "name": "Computer_terminal", "content": "exitcode: 1 (execution failed)\nCode output: no"},
      {"role": "user", "name": "Check_Expert", "content": "TERMINATE"})j");
  EXPECT_EQ(run.pipeline, "captain-agent");
  EXPECT_EQ(outline(run), (std::vector<std::string>{"Boat_Expert/task", "Computer_terminal/execute", "Boat_Expert/llm",
                                                    "Computer_terminal/execute!ExitCode", "Check_Expert/llm"}));
}

TEST_F(WhoWhenFile, WhatPeopleSaidLater_ChangesNothing) {
  const AgentRun plain = read(kMagentic);
  const AgentRun blamed =
      read(kMagentic, R"(, "mistake_agent": "WebSurfer", "mistake_step": "4", "mistake_reason": "wrong button")");
  EXPECT_EQ(outline(blamed), outline(plain));
  EXPECT_EQ(blamed.error->message, plain.error->message);
}

TEST_F(WhoWhenFile, WrongRecordings_NameTheFileAndTheMember) {
  const auto told = [&](const std::string& text) {
    const auto run = readWhoWhenFile(folder_.write("x.json", text));
    return run.ok() ? "read" : run.status().message();
  };
  const std::string path = (folder_.path() / "x.json").string() + ": ";
  EXPECT_THAT(told("{"), HasSubstr(path + "not a JSON object"));
  EXPECT_EQ(told(R"({"question_ID": 1, "history": []})"), path + "\"question_ID\" must be a string");
  EXPECT_EQ(told(R"({"question_ID": "q", "history": {}})"), path + "\"history\" must be an array of messages");
  EXPECT_EQ(told(R"({"question_ID": "q", "history": []})"), path + "\"history\" must have a message");
  EXPECT_EQ(told(R"({"question_ID": "q", "history": [1]})"), path + "history[0]: not an object");
  EXPECT_EQ(told(R"({"question_ID": "q", "history": [{"content": ""}]})"),
            path + "history[0]: \"role\" must be a string");
  EXPECT_EQ(told(R"({"question_ID": "q", "history": [{"role": "human"}]})"),
            path + "history[0]: \"content\" must be a string");
  EXPECT_EQ(told(R"({"question_ID": "q", "history": [{"role": "", "content": ""}]})"),
            path + "history[0]: the message names no agent");
  EXPECT_EQ(readWhoWhenFile(folder_.path() / "absent.json").status().code(), xray::StatusCode::NotFound);
}

TEST(WhoWhenData, EveryRecording_IsRead) {
  const fs::path data = fs::path(XRAY_SHARED_DATA) / "whowhen" / "dev";
  if (!fs::is_directory(data)) GTEST_SKIP() << "no recorded runs in " << data << ": nothing was read";
  const auto files = findRecordings({data.string()});
  ASSERT_TRUE(files.ok());
  std::map<std::string, int> runs, raised;
  for (const auto& file : *files) {
    const auto run = readRecording(file);
    ASSERT_TRUE(run.ok()) << run.status().message();
    ASSERT_TRUE(run->error) << "all of them failed";
    ++runs[run->pipeline];
    const auto failed = [](const AgentStep& step) { return step.error.has_value(); };
    raised[run->pipeline] += static_cast<int>(std::count_if(run->steps.begin(), run->steps.end(), failed));
  }
  // Counted in the files by other means: grep's.
  EXPECT_EQ(runs, (std::map<std::string, int>{{"captain-agent", 85}, {"magentic-one", 41}}));
  EXPECT_EQ(raised["captain-agent"], 65) << "exit codes other than 0";
}

}  // namespace
}  // namespace replay
