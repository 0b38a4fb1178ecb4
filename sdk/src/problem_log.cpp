#include "problem_log.h"

#include <cstdio>

namespace xray::sdk {
namespace {

constexpr auto kQuiet = std::chrono::minutes(1);

}  // namespace

LogSink standardErrorSink() {
  return [](std::string_view line) {
    // One call a line, so that lines of several threads do not mix.
    const std::string whole = "xray-sdk: " + std::string(line) + "\n";
    std::fwrite(whole.data(), 1, whole.size(), stderr);
  };
}

void ProblemLog::report(Problem problem, std::string_view message) noexcept try {
  std::lock_guard lock(mu_);
  Last& last = last_[static_cast<std::size_t>(problem)];
  const auto now = std::chrono::steady_clock::now();
  if (last.said && now - last.at < kQuiet) {
    ++last.leftOut;
    return;
  }
  std::string line(message);
  if (last.leftOut > 0) line += " (" + std::to_string(last.leftOut) + " more like this were not logged)";
  last = {now, 0, true};
  if (sink_) sink_(line);
} catch (const std::exception&) {
  // No memory for the line.
}

void ProblemLog::reportCounts(const Counters& now) noexcept try {
  const auto told = [&](Problem problem, std::uint64_t Counters::*counter, const char* what) {
    if (now.*counter == seen_.*counter) return;
    report(problem, std::to_string(now.*counter) + what);
  };
  told(Problem::QueueFull, &Counters::queueFull,
       " events dropped so far because the queue was full: the backend is away or slow, or queue.max_bytes is small");
  told(Problem::SchemaRejected, &Counters::schemaRejected,
       " steps refused so far by the schema (validation.mode: reject)");
  told(
      Problem::SpoolFull, &Counters::spoolDropped,
      " events dropped so far because the spool was full: the backend is away for long, or the spool's limit is small");
  told(Problem::TooLarge, &Counters::tooLarge, " events so far were too large (queue.max_event_bytes)");
  told(Problem::InvalidJson, &Counters::invalidJson, " texts given to xray::json so far were no JSON; kept as strings");
  told(Problem::Misuse, &Counters::misuses,
       " calls so far came after the end of their run, or gave values that could not be read");
  seen_ = now;
} catch (const std::exception&) {
  // No memory; the counts are told the next time.
}

}  // namespace xray::sdk
