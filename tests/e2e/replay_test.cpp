// The recorded agent runs, through the SDK, the wire and the store, and back out of the API.

#include <Poco/JSON/Object.h>

#include "e2e/backend.h"
#include "e2e/recordings.h"

namespace e2e {
namespace {

std::map<std::string, ExpectedRun> storedRuns(const Backend& backend) {
  std::map<std::string, int> llmSteps;
  for (const auto& step : backend.all("steps", "step_type = llm")) ++llmSteps[step->getValue<std::string>("run_id")];
  std::map<std::string, ExpectedRun> runs;
  for (const auto& row : backend.all("runs")) {
    ExpectedRun run;
    run.pipeline = row->getValue<std::string>("pipeline");
    run.status = row->getValue<std::string>("status");
    run.steps = row->getValue<int>("step_count");
    run.errors = row->getValue<int>("error_count");
    run.llmSteps = llmSteps[row->getValue<std::string>("run_id")];
    EXPECT_EQ(row->getValue<int>("missing_steps"), 0);
    EXPECT_EQ(row->getValue<int>("violation_count"), 0);
    EXPECT_EQ(row->getObject("lost")->size(), 0u);
    const auto [at, isNew] = runs.emplace(row->getObject("metadata")->getValue<std::string>("source"), run);
    EXPECT_TRUE(isNew) << at->first << " was recorded twice";
  }
  return runs;
}

std::vector<std::string> replayCommand(const Backend& backend, const std::vector<std::string>& more) {
  backend.sendExamplesHere();
  std::vector<std::string> command = {program("xray-replay"), recordingsFolder().string(), "--config",
                                      XRAY_SOURCE_DIR "/examples/replay/xray-sdk.yaml"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

TEST(Replay, RecordedRuns_AreStoredAsTheFilesSay) {
  SKIP_WITHOUT_RECORDINGS();
  const auto expected = expectedRuns();
  ASSERT_EQ(expected.size(), 231u);
  const xray::test::TempFolder folder;
  Backend backend(folder.path() / "backend");
  ChildProcess replay(replayCommand(backend, {"--jobs", "2"}), folder.path() / "replay.log");
  ASSERT_EQ(replay.wait(), 0) << replay.output();
  EXPECT_EQ(storedRuns(backend), expected);
  EXPECT_EQ(backend.stop(), 0) << backend.log();
}

/// A made-up conversation with a step of every type.
const char* const kConversation = R"j({"question_ID": "q-1", "history": [
    {"role": "human", "content": "How many boats?"},
    {"role": "Orchestrator (thought)", "content": "Initial plan"},
    {"role": "Orchestrator (-> FileSurfer)", "content": "Open boats.csv"},
    {"role": "FileSurfer", "content": "## Error 404\n\nFile not found: boats.csv"},
    {"role": "WebSurfer", "content": "I clicked 'Boats'."},
    {"role": "ComputerTerminal", "content": "The script ran, then exited with Unix exit code: 0"},
    {"role": "Assistant", "content": "Seven"},
    {"role": "Orchestrator (termination condition)", "content": "No agent selected."}],
    "mistake_step": "4", "mistake_agent": "WebSurfer", "mistake_reason": "The wrong boats."})j";

TEST(Replay, ConversationOfSeveralAgents_IsStoredWithinItsSchema) {
  const xray::test::TempFolder folder;
  const auto file = folder.write("hc_q-1.json", kConversation);
  Backend backend(folder.path() / "backend");
  backend.sendExamplesHere();
  ChildProcess replay(
      {program("xray-replay"), file.string(), "--config", XRAY_SOURCE_DIR "/examples/replay/whowhen-sdk.yaml"},
      folder.path() / "replay.log");
  ASSERT_EQ(replay.wait(), 0) << replay.output();

  const auto runs = backend.all("runs");
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0]->getValue<std::string>("pipeline"), "magentic-one");
  EXPECT_EQ(runs[0]->getObject("error")->getValue<std::string>("type"), "WrongAnswer");
  EXPECT_EQ(runs[0]->getObject("schema")->getValue<std::string>("name"), "agent-group");
  EXPECT_EQ(runs[0]->getObject("metadata")->getValue<std::string>("task_id"), "q-1");
  EXPECT_EQ(runs[0]->getValue<int>("violation_count"), 0);
  std::string steps;
  for (const auto& step : backend.all("steps", "schema_checked = true")) {
    steps = step->getValue<std::string>("step_type") + ":" + step->getValue<std::string>("status") + " " + steps;
  }
  EXPECT_EQ(steps,
            "task:success plan:success dispatch:success read:error browse:success execute:success llm:success "
            "stop:success ");
  const std::string stored = backend.getText("/v1/steps") + backend.getText("/v1/runs");
  EXPECT_EQ(stored.find("wrong boats"), std::string::npos) << "what people said of the run is not recorded";
}

TEST(Replay, KilledBackend_LosesNothing) {
  SKIP_WITHOUT_RECORDINGS();
  const auto expected = expectedRuns();
  const xray::test::TempFolder folder;
  Backend backend(folder.path() / "backend");
  ChildProcess replay(replayCommand(backend, {"--rate", "30"}), folder.path() / "replay.log");
  for (const int runsAtLeast : {40, 100}) {
    ASSERT_TRUE(eventually([&] { return backend.count("runs") >= runsAtLeast; })) << replay.output();
    ASSERT_TRUE(replay.running()) << "the kill must come in the middle of the replay";
    const int acknowledged = backend.count("runs");
    backend.kill9();
    backend.start();
    EXPECT_GE(backend.count("runs"), acknowledged) << "what was readable before the kill is durable";
  }
  ASSERT_EQ(replay.wait(), 0) << replay.output();
  EXPECT_EQ(storedRuns(backend), expected);
}

}  // namespace
}  // namespace e2e
