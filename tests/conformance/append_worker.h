#pragma once
// A process of its own that appends to a store until it is killed, and says what the store acknowledged.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "conformance/subject.h"

namespace xray::test {

inline constexpr std::uint32_t kWorkerThreads = 3;
inline constexpr std::uint32_t kWorkerSteps = 20;

/// Which store a worker opens, and where it begins.
struct WorkerPlace {
  std::string dir;
  std::string unique;
  std::uint32_t first = 0;
};

/// The run that thread `thread` of a worker appends as its n-th, with kWorkerSteps steps and its end in one append.
std::uint32_t workerRun(std::uint32_t thread, std::uint32_t n);

/// In the child: opens the store and appends run after run on kWorkerThreads threads, writing "<thread> <n>\n" to
/// standard output once a run is acknowledged. Only returns, with an exit code, when the store fails.
int appendUntilKilled(const Subject& subject, const WorkerPlace& place);

/// In the test: starts this program again as a worker, ends it with SIGKILL, and knows what it acknowledged.
/// One thread at a time.
class AppendWorker {
 public:
  /// Throws std::runtime_error when it cannot be started.
  AppendWorker(const Subject& subject, const WorkerPlace& place);
  ~AppendWorker();
  AppendWorker(const AppendWorker&) = delete;
  AppendWorker& operator=(const AppendWorker&) = delete;

  /// Waits for that many more acknowledgements, kills, and takes what was acknowledged up to its end. False when the
  /// child ended by itself.
  bool killAfter(std::size_t acknowledgements);

  /// The highest n that is acknowledged, by thread. Each thread counts up from WorkerPlace::first.
  const std::map<std::uint32_t, std::uint32_t>& acknowledged() const { return acknowledged_; }

 private:
  /// False at the end of what the child wrote.
  bool readMore();

  pid_t pid_ = -1;
  int output_ = -1;
  std::string rest_;  // of a line that is not whole yet
  std::size_t lines_ = 0;
  std::map<std::uint32_t, std::uint32_t> acknowledged_;
};

}  // namespace xray::test
