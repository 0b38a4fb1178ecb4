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
