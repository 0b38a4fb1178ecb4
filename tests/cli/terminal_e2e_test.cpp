// The program on a terminal of 70 columns.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "cli/served_backend.h"
#include "cli/terminal.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

/// What `xray runs` writes to a terminal.
std::string onTerminal(const std::string& server, bool noColour) {
  winsize size{};
  size.ws_col = 70;
  size.ws_row = 24;
  const std::string program = xrayProgram();
  const std::string url = "XRAY_SERVER=" + server;
  const char* const arguments[] = {program.c_str(), "runs", nullptr};
  const char* const environment[] = {"TERM=xterm", url.c_str(), noColour ? "NO_COLOR=1" : "NO_COLOR=", nullptr};
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    execve(program.c_str(), const_cast<char* const*>(arguments), const_cast<char* const*>(environment));
    _exit(127);
  }
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(terminal, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  waitpid(child, nullptr, 0);
  close(terminal);
  return text;
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

}  // namespace
}  // namespace xray::cli
