// xray tail as a process, while events arrive and the server restarts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "cli/served_backend.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

class Tail : public testing::Test {
 protected:
  std::unique_ptr<e2e::ChildProcess> follow(std::vector<std::string> more) {
    std::vector<std::string> command{xrayProgram(), "tail", "--utc", "--every", "50ms"};
    command.insert(command.end(), more.begin(), more.end());
    return std::make_unique<e2e::ChildProcess>(command, folder_.path() / ("tail" + std::to_string(++tails_)));
  }
  /// Sends runs until one is told: from then on the tail follows.
  void untilItFollows(e2e::ChildProcess& tail) {
    ASSERT_TRUE(e2e::eventually([&] {
      backend_.post(runStarted(nextRun()));
      return tail.output().find("picker started") != std::string::npos;
    })) << tail.output();
  }
  static bool shows(const e2e::ChildProcess& tail, const std::string& text) {
    return e2e::eventually([&] { return tail.output().find(text) != std::string::npos; });
  }

  std::string nextRun() { return "0190b2a4-7c11-7000-8000-000000000" + std::to_string(++runs_); }

  test::TempFolder folder_;
  int tails_ = 0;
  int runs_ = 100;
  ServedBackend backend_;
};

TEST_F(Tail, FollowsAndEndsCleanly) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto tail = follow({"--server", backend_.apiUrl()});
    untilItFollows(*tail);
    const int step = signal == SIGINT ? 1 : 2;
    ASSERT_EQ(backend_.post(stepEnded(step, R"(,"error":{"type":"Timeout","message":"no answer"})", "error")).status,
              200);
    EXPECT_TRUE(shows(*tail, "✗ step " + std::to_string(step) + "  llm  250ms  Timeout: no answer\n"))
        << tail->output();
    tail->signal(signal);
    EXPECT_EQ(tail->wait(), 0);
    EXPECT_THAT(tail->output(), testing::Not(HasSubstr("\x1b")));
  }
}

TEST_F(Tail, Config_ReadsBesideTheServer) {
  const auto tail = follow({"--config", backend_.config().string(), "--json"});
  ASSERT_TRUE(e2e::eventually([&] {
    backend_.post(runStarted());
    backend_.post(stepEnded(1));
    backend_.post(runStarted(nextRun()));
    return tail->output().find("{\"run\":{\"run_id\":\"0190b2a4-7c11-7000-8000-000000000") != std::string::npos;
  })) << tail->output();
  tail->signal(SIGINT);
  EXPECT_EQ(tail->wait(), 0);
}

TEST_F(Tail, SurvivesARestartOfTheServer) {
  const auto tail = follow({"--server", backend_.apiUrl()});
  untilItFollows(*tail);
  backend_.restart();
  ASSERT_EQ(backend_.post(stepEnded(1)).status, 200);
  EXPECT_TRUE(shows(*tail, "✓ step 1  llm  250ms\n")) << tail->output();
  const std::string all = tail->output();
  EXPECT_EQ(all.find("✓ step 1"), all.rfind("✓ step 1")) << all;
  EXPECT_TRUE(tail->running());
}

TEST_F(Tail, NoServer_IsAFailureAtOnce) {
  const auto tail = follow({"--server", "http://127.0.0.1:1"});
  EXPECT_EQ(tail->wait(), 1);
  EXPECT_THAT(tail->output(), HasSubstr("cannot reach"));
}

}  // namespace
}  // namespace xray::cli
