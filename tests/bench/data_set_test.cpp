#include "attribution/data_set.h"

#include <gmock/gmock.h>

#include "bench/made_up_runs.h"

namespace attribution {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// "hc_a.json 2 Orchestrator, second 3 Filesurfer".
std::vector<std::string> outline(const DataSet& set) {
  std::vector<std::string> lines;
  for (const auto& run : set.runs) {
    std::string line = run.recording.file + " " + std::to_string(run.blamed.message) + " " + run.blamed.agent;
    if (run.second) line += ", second " + std::to_string(run.second->message) + " " + run.second->agent;
    lines.push_back(line);
  }
  return lines;
}

TEST(DataSets, WhoWhen_IsTwoSetsBySystem) {
  const MadeUpRuns data;
  const auto sets = whoWhenSets(data.path() / "whowhen" / "dev");
  ASSERT_TRUE(sets.ok()) << sets.status().message();
  ASSERT_EQ(sets->size(), 2u);
  EXPECT_EQ((*sets)[0].pipeline, "magentic-one");
  EXPECT_EQ(outline((*sets)[0]),
            (std::vector<std::string>{"hc_a.json 2 Orchestrator, second 3 Filesurfer", "hc_b.json 3 FileSurfer",
                                      "hc_c.json 5 WebSurfer, second 5 Websurfer"}));
  EXPECT_EQ((*sets)[1].pipeline, "captain-agent");
  EXPECT_EQ(outline((*sets)[1]), (std::vector<std::string>{"ag_a.json 0 Boat_Expert"}))
      << "the second annotation of this question is of the other system's run";
}

TEST(DataSets, Tau_HasTheAnnotatedRunsByTheirTask) {
  const MadeUpRuns data;
  const auto set = tauSet(data.path() / "tau" / "dev");
  ASSERT_TRUE(set.ok()) << set.status().message();
  EXPECT_EQ(outline(*set),
            (std::vector<std::string>{"retail_task003_trial0.json 2 Assistant", "retail_task004_trial0.json 5 User"}));
}

TEST(DataSets, Tau_RefusesAnnotationsWithoutOneRecording) {
  const MadeUpRuns data;
  const fs::path folder = data.path() / "tau" / "dev";
  fs::copy_file(folder / "retail_task003_trial0.json", folder / "retail_task003_trial1.json");
  EXPECT_THAT(tauSet(folder).status().message(),
              HasSubstr("3 is of both retail_task003_trial0.json and retail_task003_trial1.json"));
  fs::remove(folder / "retail_task003_trial0.json");
  fs::remove(folder / "retail_task003_trial1.json");
  EXPECT_THAT(tauSet(folder).status().message(), HasSubstr("no recording of trajectory_id 3"));
}

TEST(DataSets, StepsBeyondTheEnd_AreRefused) {
  const MadeUpRuns data;
  const auto causeAt = [](const std::string& id, const std::string& step) {
    return R"({"trajectory_id": )" + id + R"(, "failures": [{"failure_id": 1, "step_number": )" + step +
           R"(, "failed_agent": "A"}], "root_cause": {"failure_id": 1}})";
  };
  const std::string annotations = "tau/dev/retail_failure_annotations.jsonl";
  data.write(annotations, causeAt("3", "7"));
  EXPECT_TRUE(tauSet(data.path() / "tau" / "dev").ok());
  data.write(annotations, causeAt("3", "8"));
  EXPECT_THAT(tauSet(data.path() / "tau" / "dev").status().message(),
              HasSubstr("retail_task003_trial0.json have \"step_number\" 8, but it has 7 messages"));
  data.write("whowhen/dev/agentrx_second_annotations.jsonl", causeAt("\"a\"", "7"));
  EXPECT_THAT(whoWhenSets(data.path() / "whowhen" / "dev").status().message(),
              HasSubstr("hc_a.json have \"step_number\" 7, but it has 6 messages"));
}

TEST(DataSets, RecordingOfAnotherFormat_IsTold) {
  const MadeUpRuns data;
  fs::copy_file(data.path() / "whowhen" / "dev" / "hc_a.json", data.path() / "tau" / "dev" / "retail_task009.json");
  EXPECT_THAT(tauSet(data.path() / "tau" / "dev").status().message(),
              HasSubstr("retail_task009.json is no trajectory of tau-bench"));
}

/// Real annotations against real recordings: a number that counts from elsewhere than is thought shows in the agents.
class RealData : public ::testing::Test {
 protected:
  static fs::path folder(const std::string& name) { return fs::path(XRAY_SHARED_DATA) / name / "dev"; }

  static bool isBy(const replay::AgentRun& run, const Place& place) {
    Place same = place;
    for (const auto& step : run.steps) {
      if (step.message != place.message) continue;
      same.agent = step.agent;
    }
    return std::equal(same.agent.begin(), same.agent.end(), place.agent.begin(), place.agent.end(),
                      [](char a, char b) { return std::tolower(a) == std::tolower(b); });
  }
};

TEST_F(RealData, WhoWhen_BlamesMessagesOfTheBlamedAgent) {
  if (!fs::is_directory(folder("whowhen"))) GTEST_SKIP() << "no recorded runs in " << folder("whowhen");
  const auto sets = whoWhenSets(folder("whowhen"));
  ASSERT_TRUE(sets.ok()) << sets.status().message();
  ASSERT_EQ(sets->size(), 2u);
  std::size_t runs = 0, blamed = 0, second = 0, listed = 0, listedRight = 0;
  for (const auto& set : *sets) {
    for (const auto& run : set.runs) {
      ++runs;
      blamed += isBy(run.recording, run.blamed) ? 1 : 0;
      second += run.second ? 1 : 0;
      listed += run.listed.size();
      for (const auto& failure : run.listed) listedRight += isBy(run.recording, failure) ? 1 : 0;
    }
  }
  EXPECT_EQ(runs, 126u);
  EXPECT_GE(blamed, 120u) << "the annotators name another agent than the message's in a few";
  EXPECT_EQ(second, 31u);
  EXPECT_EQ(listed, 215u);
  EXPECT_GE(listedRight, 210u);
}

TEST_F(RealData, Tau_BlamesMessagesOfTheBlamedSide) {
  if (!fs::is_directory(folder("tau"))) GTEST_SKIP() << "no recorded runs in " << folder("tau");
  const auto set = tauSet(folder("tau"));
  ASSERT_TRUE(set.ok()) << set.status().message();
  EXPECT_EQ(set->runs.size(), 23u);
  for (const auto& run : set->runs) {
    ASSERT_TRUE(run.recording.error) << run.recording.file << " did not fail";
    for (const auto& failure : run.listed) {
      const auto& steps = run.recording.steps;
      const bool isStep =
          std::any_of(steps.begin(), steps.end(), [&](const auto& step) { return step.message == failure.message; });
      EXPECT_EQ(isStep, failure.agent == "Assistant") << run.recording.file << " message " << failure.message;
    }
  }
}

}  // namespace
}  // namespace attribution
