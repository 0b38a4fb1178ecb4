#include "cli/served_backend.h"

#include <signal.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "cli/command_line.h"

namespace xray::cli {
namespace {

/// The port in the log's line with `word`.
std::uint16_t portIn(const std::string& log, const std::string& word) {
  std::smatch match;
  if (!std::regex_search(log, match, std::regex(word + "http://127\\.0\\.0\\.1:([0-9]+)\n")))
    throw std::runtime_error("no port: " + log);
  return static_cast<std::uint16_t>(std::stoi(match[1]));
}

}  // namespace

ServedBackend::ServedBackend(const std::string& more, const std::string& receiverOptions,
                             const std::string& storeOptions)
    : more_(more), receiverOptions_(receiverOptions), storeOptions_(storeOptions) {
  start();
}

void ServedBackend::writeConfig() const {
  const auto listen = [](std::uint16_t port) { return "listen: \"127.0.0.1:" + std::to_string(port) + "\""; };
  std::ofstream(config()) << "store: {plugin: sqlite, options: {path: " << database().string() << storeOptions_
                          << "}}\n"
                          << "receivers: [{plugin: http-transport, options: {" << listen(eventsPort_)
                          << receiverOptions_ << "}}]\n"
                          << "api: {" << listen(apiPort_) << "}\n"
                          << more_;
}

void ServedBackend::start() {
  writeConfig();
  process_ = std::make_unique<e2e::ChildProcess>(
      std::vector<std::string>{xrayProgram(), "serve", "--config", config().string()},
      folder_.path() / ("log" + std::to_string(++starts_)));
  const bool ready =
      e2e::eventually([&] { return process_->output().find(" ready\n") != std::string::npos || !process_->running(); });
  if (!ready || !process_->running()) throw std::runtime_error("xray serve: " + process_->output());
  apiPort_ = portIn(process_->output(), "api: ");
  eventsPort_ = portIn(process_->output(), "http-transport on ");
}

void ServedBackend::restart() {
  process_->signal(SIGTERM);
  if (process_->wait() != 0) throw std::runtime_error("xray serve: " + process_->output());
  start();
}

test::RawResponse ServedBackend::post(const std::string& body, const std::string& headers) const {
  const auto response = test::ask(eventsPort_, test::post("/v1/events", body, headers));
  if (!response) throw std::runtime_error("no response to a batch");
  return *response;
}

test::RawResponse ServedBackend::get(const std::string& target) const {
  const auto response = test::ask(apiPort_, test::get(target));
  if (!response) throw std::runtime_error("no response of the API");
  return *response;
}

std::string xrayProgram() {
  return XRAY_BINARY_DIR "/bin/xray";
}

CommandOutcome runCommand(const std::vector<std::string>& arguments, std::size_t width) {
  std::vector<const char*> argv{"xray"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out, error;
  const int exitCode = runCommandLine(static_cast<int>(argv.size()), argv.data(), out, error, {width, false});
  return {exitCode, out.str(), error.str()};
}

std::string runStarted(const std::string& runId) {
  return R"({"event":"run.started","run_id":")" + runId +
         R"(","pipeline":"picker","at":"2026-11-22T16:00:00Z"})"
         "\n";
}

std::string stepEnded(int number, const std::string& more, const std::string& status) {
  return R"({"event":"step.ended","run_id":")" + kRunId + R"(","step_id":"0190b2a4-7c11-7000-8000-00000000000)" +
         std::to_string(number) + R"(","name":"step )" + std::to_string(number) + R"(","step_type":"llm","seq":)" +
         std::to_string(number) + R"(,"started_at":"2026-11-22T16:00:0)" + std::to_string(number) +
         R"(Z","at":"2026-11-22T16:00:0)" + std::to_string(number) + R"(.25Z","status":")" + status + "\"" + more +
         "}\n";
}

}  // namespace xray::cli
