#include "cli/asked_backend.h"

namespace xray::cli {
namespace {

std::string idOf(int run) {
  return "0190b2a4-7c1" + std::to_string(run) + "-7000-8000-00000000000a";
}

/// A time of the run's hour.
std::string at(int run, const std::string& rest) {
  return "2026-11-22T" + std::to_string(11 + run) + ":00:" + rest + "Z";
}

std::string started(int run, const std::string& pipeline) {
  return R"({"event":"run.started","run_id":")" + idOf(run) + R"(","pipeline":")" + pipeline + R"(","at":")" +
         at(run, "00") + "\"}\n";
}

std::string step(int run, int number, const std::string& type, const std::string& seconds, const std::string& more) {
  return R"({"event":"step.ended","run_id":")" + idOf(run) + R"(","step_id":"0190b2a4-7c11-7000-8000-0000000000)" +
         std::to_string(run) + std::to_string(number) + R"(","name":")" + type + R"( step","step_type":")" + type +
         R"(","seq":)" + std::to_string(number) + R"(,"started_at":")" + at(run, "00") + R"(","at":")" +
         at(run, seconds) + "\"" + more + "}\n";
}

}  // namespace

std::unique_ptr<ServedBackend> AskedBackend::backend_;

void AskedBackend::SetUpTestSuite() {
  backend_ = std::make_unique<ServedBackend>();
  const std::string good = R"(,"status":"success","reasoning":{"percentage_eliminated":)";
  std::string events = started(1, "picker") + step(1, 0, "filter", "00.25", good + "10}") +
                       step(1, 1, "ranking", "01", R"(,"status":"success")");
  events += R"({"event":"run.ended","run_id":")" + idOf(1) + R"(","at":")" + at(1, "02") + "\"}\n";
  events += started(2, "picker") + step(2, 0, "filter", "00.5", good + "97.5}") +
            step(2, 1, "ranking", "04", R"(,"status":"error","error":{"type":"Timeout","message":"no answer"})");
  for (const int run : {2, 3})
    events += R"({"event":"run.failed","run_id":")" + idOf(run) + R"(","at":")" + at(run, "05") +
              R"(","error":{"type":"Timeout","message":"gave up"}})"
              "\n";
  events += started(3, "etl") + started(4, "etl") + step(4, 0, "filter", "00.5", good + "50}");
  events += "{\"event\":\"\x1b[31m\"}\n{\"\xff\"}\n";
  ASSERT_EQ(backend_->post(events).status, 200);
}

CommandOutcome AskedBackend::ask(std::vector<std::string> arguments, std::size_t width) {
  std::vector<std::string> opened = arguments;
  arguments.insert(arguments.begin() + 1, {"--server", backend_->apiUrl()});
  opened.insert(opened.begin() + 1, {"--config", backend_->config().string()});
  CommandOutcome served = runCommand(arguments, width);
  const CommandOutcome beside = runCommand(opened, width);
  EXPECT_EQ(beside.out, served.out) << testing::PrintToString(arguments);
  EXPECT_EQ(beside.error, served.error) << testing::PrintToString(arguments);
  EXPECT_EQ(beside.exitCode, served.exitCode) << testing::PrintToString(arguments);
  return served;
}

}  // namespace xray::cli
