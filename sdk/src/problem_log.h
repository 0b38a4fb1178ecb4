#pragma once
// What goes wrong, told to the people who run the application, without flooding them.

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "live_counters.h"

namespace xray::sdk {

/// Takes one line, without its end.
using LogSink = std::function<void(std::string_view line)>;
/// Lines on standard error.
LogSink standardErrorSink();

enum class Problem {
  Transport,
  Fallback,
  Spool,
  Recovered,
  SetAside,
  SpoolFull,
  DeadLetters,
  Refused,
  Rejected,
  QueueFull,
  SchemaRejected,
  TooLarge,
  InvalidJson,
  Misuse,
  Abandoned,
  kCount
};

/// Says each kind of problem at once and then at most once a minute, with how often it was left out.
///
/// Thread-safety: all methods may be called concurrently. Errors: none; a line for which there is no memory is left
/// out.
class ProblemLog {
 public:
  explicit ProblemLog(LogSink sink) : sink_(std::move(sink)) {}

  void report(Problem problem, std::string_view message) noexcept;
  /// Reports what recording threads have counted since the last call; they do not log themselves, so as not to wait.
  /// For one thread at a time.
  void reportCounts(const Counters& counters) noexcept;

 private:
  struct Last {
    std::chrono::steady_clock::time_point at{};
    std::uint64_t leftOut = 0;
    bool said = false;
  };

  const LogSink sink_;
  std::mutex mu_;
  std::array<Last, static_cast<std::size_t>(Problem::kCount)> last_{};  // guarded by mu_
  Counters seen_;                                                       // of the one thread that calls reportCounts()
};

}  // namespace xray::sdk
