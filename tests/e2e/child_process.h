#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace e2e {

/// A program that a test started, its output (both streams) in a file. Killed and reaped when it goes out of scope.
class ChildProcess {
 public:
  /// Throws std::runtime_error when it cannot be started. Standard input is empty.
  ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& outputFile);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void signal(int number) const;
  bool running();
  /// Its exit code, 128 + number for a signal; nothing when it still runs at the end of the time.
  std::optional<int> wait(std::chrono::seconds atMost = std::chrono::seconds(60));

  /// What it has written so far.
  std::string output() const;

 private:
  bool reap(int options);

  pid_t pid_ = -1;
  std::optional<int> exitCode_;
  std::filesystem::path outputFile_;
};

/// Asks again and again, every 20 ms, until the answer is true or the time is over; returns the last answer.
template <typename Question>
bool eventually(Question&& question, std::chrono::seconds atMost = std::chrono::seconds(60));

void pause();  // 20 ms: between two questions of a condition that is waited for

template <typename Question>
bool eventually(Question&& question, std::chrono::seconds atMost) {
  const auto deadline = std::chrono::steady_clock::now() + atMost;
  while (!question()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    pause();
  }
  return true;
}

}  // namespace e2e
