// The program on a terminal of 70 columns.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "cli/served_backend.h"
#include "cli/terminal.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

/// A program on a terminal of its own. Killed when it goes out of scope.
class Screen {
 public:
  Screen(std::vector<std::string> command, const std::string& server, bool noColour) {
    winsize size{};
    size.ws_col = 70;
    size.ws_row = 24;
    command.insert(command.begin(), xrayProgram());
    const std::string url = "XRAY_SERVER=" + server;
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const char* const environment[] = {"TERM=xterm", url.c_str(), noColour ? "NO_COLOR=1" : "NO_COLOR=", nullptr};
    child_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ == 0) {
      execve(arguments[0], arguments.data(), const_cast<char* const*>(environment));
      _exit(127);
    }
  }
  ~Screen() {
    if (child_ > 0) kill(child_, SIGKILL);
    (void)end();
    close(terminal_);
  }

  /// Everything until it ends, or until the text was written.
  std::string read(const std::string& until = "") {
    char buffer[4096];
    while (until.empty() || text_.find(until) == text_.npos) {
      const ssize_t got = ::read(terminal_, buffer, sizeof buffer);
      if (got <= 0) break;
      text_.append(buffer, static_cast<std::size_t>(got));
    }
    return text_;
  }
  void type(const std::string& keys) {
    EXPECT_EQ(write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  /// Waits for its end; the exit code.
  int end() {
    int status = 0;
    if (child_ > 0 && waitpid(child_, &status, 0) == child_) code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    child_ = -1;
    return code_;
  }

 private:
  int terminal_ = -1;
  pid_t child_ = -1;
  int code_ = -1;
  std::string text_;
};

/// What a command writes to a terminal.
std::string onTerminal(const std::string& server, bool noColour, std::vector<std::string> command = {"runs"}) {
  return Screen(std::move(command), server, noColour).read();
}

TEST(OnTerminal, Runs_FitTheWidthAndAreColoured) {
  ServedBackend backend;
  ASSERT_EQ(backend
                .post(runStarted() + R"({"event":"run.failed","run_id":")" + kRunId +
                      R"(","at":"2026-11-22T16:00:03Z","error":{"message":")" + std::string(200, 'x') + "\"}}\n")
                .status,
            200);
  EXPECT_THAT(onTerminal(backend.apiUrl(), false), HasSubstr("\x1b[31mcrashed\x1b[0m"));

  const std::string plain = onTerminal(backend.apiUrl(), true);
  EXPECT_THAT(plain, testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(plain, HasSubstr("…"));
  std::istringstream lines(plain);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    EXPECT_LE(displayWidth(line), 70u) << line;
  }
  EXPECT_EQ(count, 2u);
}

TEST(OnTerminal, Failures_AreColouredAndFit) {
  ServedBackend backend;
  ASSERT_EQ(backend
                .post(runStarted() + stepEnded(1, R"(,"error":{"message":"no"})", "error") +
                      R"({"event":"run.failed","run_id":")" + kRunId +
                      R"(","at":"2026-11-22T16:00:03Z","error":{"message":"no"}})"
                      "\n")
                .status,
            200);
  const std::string coloured = onTerminal(backend.apiUrl(), false, {"failures"});
  EXPECT_THAT(coloured, HasSubstr("\x1b[31m████████████████████\x1b[0m"));
  EXPECT_THAT(onTerminal(backend.apiUrl(), true, {"failures"}), testing::Not(HasSubstr("\x1b")));
}

TEST(OnTerminal, Tail_SaysThatItFollows_AndCtrlCEndsIt) {
  ServedBackend backend;
  Screen tail({"tail", "--every", "50ms"}, backend.apiUrl(), false);
  EXPECT_THAT(tail.read("Ctrl-C ends"), HasSubstr("following, 0 running; Ctrl-C ends"));
  ASSERT_EQ(backend.post(runStarted()).status, 200);
  EXPECT_THAT(tail.read("picker started"), HasSubstr("\x1b[1m▶\x1b[0m \x1b[1mpicker started"));
  tail.type("\x03");
  EXPECT_THAT(tail.read(), testing::EndsWith("\r\x1b[K"));
  EXPECT_EQ(tail.end(), 0);
}

TEST(OnTerminal, Export_ToAFile_LeavesOnlyItsSummary) {
  ServedBackend backend;
  ASSERT_EQ(backend.post(runStarted()).status, 200);
  const test::TempFolder folder;
  const std::string file = (folder.path() / "runs").string();
  const std::string shown = onTerminal(backend.apiUrl(), false, {"export", "-o", file});
  EXPECT_THAT(shown, testing::EndsWith("\r\x1b[K1 run in " + file + "\r\n"));
}

}  // namespace
}  // namespace xray::cli
