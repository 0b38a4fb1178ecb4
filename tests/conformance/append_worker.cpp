#include "conformance/append_worker.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "support/history.h"
#include "support/vocabulary.h"

namespace xray::test {
namespace {

constexpr std::uint32_t kRunsPerThread = 10'000'000;

/// Appends until something other than a passing failure happens.
void appendRuns(Store& store, std::uint32_t thread, std::uint32_t first) {
  for (std::uint32_t n = first;; ++n) {
    const std::vector<std::string> lines = wholeRun(workerRun(thread, n), kWorkerSteps);
    while (true) {
      const auto outcome = appendLines(store, lines, kEpoch);
      if (outcome) break;
      if (outcome.status().retryable()) continue;
      std::cerr << "append: " << outcome.status().toString() << "\n";
      ::_exit(1);
    }
    const std::string line = std::to_string(thread) + " " + std::to_string(n) + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(1);
  }
}

}  // namespace

std::uint32_t workerRun(std::uint32_t thread, std::uint32_t n) {
  return (thread + 1) * kRunsPerThread + n;
}

int appendUntilKilled(const Subject& subject, const WorkerPlace& place) {
  Placeholders placeholders;
  placeholders.dir = place.dir;
  placeholders.unique = place.unique;
  const auto options = readOptions(subject, kStorePlugin, placeholders);
  if (!options) throw std::runtime_error(options.status().message());
  auto store = loader().makeStore(subject.plugin, *options, {&systemClock()});
  if (!store) throw std::runtime_error(store.status().toString());
  if (const Status opened = (*store)->open(); !opened.ok()) throw std::runtime_error(opened.toString());
  std::vector<std::thread> threads;
  for (std::uint32_t n = 0; n < kWorkerThreads; ++n) {
    threads.emplace_back([&, n] { appendRuns(**store, n, place.first); });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

AppendWorker::AppendWorker(const Subject& subject, const WorkerPlace& place) {
  std::vector<std::string> words{"/proc/self/exe", "--plugin", subject.plugin, "--kind", "store"};
  if (!subject.optionsFile.empty()) words.insert(words.end(), {"--options", subject.optionsFile});
  for (const auto& dir : loader().dirs()) words.insert(words.end(), {"--dirs", dir.string()});
  words.insert(words.end(),
               {"--append-in", place.dir, "--append-as", place.unique, "--append-from", std::to_string(place.first)});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
  const int error = ::posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  ::close(ends[1]);
  output_ = ends[0];
  if (error != 0) throw std::runtime_error(std::strerror(error));
}

AppendWorker::~AppendWorker() {
  ::close(output_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool AppendWorker::readMore() {
  std::array<char, 4096> part;
  const ssize_t bytes = ::read(output_, part.data(), part.size());
  if (bytes <= 0) return false;
  rest_.append(part.data(), static_cast<std::size_t>(bytes));
  for (std::size_t end; (end = rest_.find('\n')) != std::string::npos; rest_.erase(0, end + 1)) {
    const std::size_t blank = rest_.find(' ');
    const auto thread = static_cast<std::uint32_t>(std::stoul(rest_.substr(0, blank)));
    acknowledged_[thread] = static_cast<std::uint32_t>(std::stoul(rest_.substr(blank + 1, end - blank - 1)));
    ++lines_;
  }
  return true;
}

bool AppendWorker::killAfter(std::size_t acknowledgements) {
  const std::size_t enough = lines_ + acknowledgements;
  bool open = true;
  while (open && lines_ < enough) open = readMore();
  ::kill(pid_, SIGKILL);
  while (open) open = readMore();
  int status = 0;
  const bool reaped = ::waitpid(pid_, &status, 0) == pid_;
  pid_ = -1;
  return reaped && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace xray::test
