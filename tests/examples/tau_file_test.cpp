#include "replay/tau_file.h"

#include "support/temp_folder.h"

namespace replay {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class TauFile : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) { return folder_.write(name, text); }

  const xray::test::TempFolder folder_;
  const fs::path& dir_ = folder_.path();
};

std::string recording(const std::string& messages) {
  return R"({"task_id": 3, "trial": 1, "reward": 0.0, "info": {}, "traj": [)" + messages + "]}";
}

TEST_F(TauFile, Conversation_BecomesTheStepsOfTheAgent) {
  const auto file = write("airline_task003_trial1.json", recording(R"(
      {"role": "system", "content": "Be polite."},
      {"role": "user", "content": "Hi"},
      {"role": "assistant", "content": "Your name?"},
      {"role": "user", "content": "Mia"},
      {"role": "assistant", "content": "Let me look.", "tool_calls": [
        {"id": "1", "type": "function", "function": {"name": "find_user", "arguments": "{\"name\": \"Mia\"}"}}]},
      {"role": "tool", "tool_call_id": "1", "name": "find_user", "content": "{\"id\": 7}"},
      {"role": "assistant", "content": null, "tool_calls": [
        {"id": "2", "type": "function", "function": {"name": "cancel", "arguments": "{}"}},
        {"id": "3", "type": "function", "function": {"name": "refund", "arguments": "{}"}}]},
      {"role": "tool", "tool_call_id": "3", "content": "Error: no such order"},
      {"role": "tool", "tool_call_id": "2", "content": "done"},
      {"role": "assistant", "content": "", "tool_calls": [
        {"id": "4", "type": "function", "function": {"name": "wait", "arguments": "{}"}}]})"));
  const auto run = readTauFile(file);
  ASSERT_TRUE(run.ok()) << run.status().message();
  EXPECT_EQ(run->file, "airline_task003_trial1.json");
  EXPECT_EQ(run->pipeline, "tau-airline");
  EXPECT_EQ(std::get<std::int64_t>(run->task), 3);
  EXPECT_EQ(run->trial, 1);
  EXPECT_EQ(run->reward, 0.0);
  ASSERT_EQ(run->steps.size(), 6u);

  const auto& asked = run->steps[0];
  EXPECT_EQ(asked.kind, AgentStep::Kind::Text);
  EXPECT_EQ(asked.system, "Be polite.");
  EXPECT_EQ(asked.heardFrom + ": " + asked.heard, "user: Hi");
  EXPECT_EQ(asked.text, "Your name?");
  EXPECT_EQ(run->steps[1].system, "");
  const auto& found = run->steps[2];
  EXPECT_EQ(found.kind, AgentStep::Kind::Call);
  EXPECT_EQ(found.arguments, R"({"name": "Mia"})");
  EXPECT_TRUE(found.resultIsJson);
  EXPECT_FALSE(found.error);
  EXPECT_EQ(run->steps[3].result, "done") << "results belong to the call with their id";
  EXPECT_FALSE(run->steps[3].resultIsJson);
  ASSERT_TRUE(run->steps[4].error);
  EXPECT_EQ(run->steps[4].error->message, "Error: no such order");
  EXPECT_FALSE(run->steps[5].result.has_value());
  EXPECT_TRUE(run->steps[5].error);
  ASSERT_TRUE(run->error);
  EXPECT_EQ(run->error->type, "RewardZero");

  std::vector<std::size_t> messages;
  for (const auto& step : run->steps) messages.push_back(step.message);
  EXPECT_EQ(messages, (std::vector<std::size_t>{2, 4, 4, 6, 6, 9}))
      << "what one message says and calls is of one number";
}

TEST_F(TauFile, WrongRecordings_NameTheFileAndTheMember) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{", "not a JSON object"},
      {"[]", "not a JSON object"},
      {R"({"trial": 1, "reward": 1, "traj": []})", "\"task_id\" must be an integer"},
      {R"({"task_id": 1, "trial": 1, "reward": "1", "traj": []})", "\"reward\" must be a number"},
      {R"({"task_id": 1, "trial": 1, "reward": 1})", "\"traj\" must be an array"},
      {recording("1"), "traj[0]: not an object"},
      {recording(R"({"role": "robot"})"), "traj[0]: role must be system, user, assistant or tool, not \"robot\""},
      {recording(R"({"role": "assistant", "tool_calls": [{}]})"), "traj[0]: a tool call without \"function\""},
      {recording(R"({"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "[]"}}]})"),
       "traj[0]: the arguments of f are not a JSON object"},
      {recording(R"({"role": "user", "content": ""}, {"role": "tool", "content": ""})"),
       "traj[1]: a tool's result that no call waits for"},
  };
  for (const auto& [text, message] : cases) {
    const auto run = readTauFile(write("x.json", text));
    ASSERT_FALSE(run.ok()) << text;
    EXPECT_THAT(run.status().message(), HasSubstr("x.json: "));
    EXPECT_THAT(run.status().message(), HasSubstr(message));
  }
  EXPECT_EQ(readTauFile(dir_ / "absent.json").status().code(), xray::StatusCode::NotFound);
}

}  // namespace
}  // namespace replay
