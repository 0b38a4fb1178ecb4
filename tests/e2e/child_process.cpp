#include "e2e/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace e2e {

ChildProcess::ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& outputFile)
    : outputFile_(outputFile) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, outputFile.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  const int error = posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error(command.front() + ": " + std::strerror(error));
}

ChildProcess::~ChildProcess() {
  if (exitCode_) return;
  signal(SIGKILL);
  reap(0);
}

void ChildProcess::signal(int number) const {
  ::kill(pid_, number);
}

bool ChildProcess::running() {
  return !exitCode_ && !reap(WNOHANG);
}

std::optional<int> ChildProcess::wait(std::chrono::seconds atMost) {
  eventually([this] { return !running(); }, atMost);
  return exitCode_;
}

bool ChildProcess::reap(int options) {
  int status = 0;
  if (::waitpid(pid_, &status, options) != pid_) return false;
  exitCode_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return true;
}

std::string ChildProcess::output() const {
  std::ostringstream text;
  text << std::ifstream(outputFile_).rdbuf();
  return text.str();
}

void pause() {
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace e2e
