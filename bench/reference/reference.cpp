#include "bench/reference/reference.h"

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

namespace xray::bench {

std::vector<RunShape> shapesOf(const ReferenceInput& input) {
  if (!input.tau) return standardShapes(1);
  auto shapes = tauShapes(XRAY_TAU_DIR);
  if (!shapes.ok()) die(shapes.status().toString());
  return std::move(*shapes);
}

RecordingOptions recordingOf(const ReferenceInput& input) {
  RecordingOptions options = input.recording;
  options.schema = !input.tau;
  return options;
}

void addOptions(CLI::App& app, ReferenceInput& input) {
  app.add_option("--runs", input.runs, "how many runs");
  app.add_option("--first", input.first, "index of the first run");
  app.add_option("--transaction-runs", input.transactionRuns, "runs of one transaction; 200 are 2,000 steps")
      ->check(CLI::PositiveNumber);
  app.add_flag("--tau", input.tau, "the recorded agent runs instead of made-up ones");
  app.add_option_function<std::int64_t>(
         "--spacing-us", [&input](std::int64_t count) { input.recording.spacing = Microseconds(count); },
         "microseconds between the starts of two runs; 1000 without it")
      ->check(CLI::PositiveNumber);
  app.add_option("--repeat", input.recording.repeat, "how often a run takes its steps")->check(CLI::PositiveNumber);
  app.add_option("--stops-every", input.recording.stopsEvery, "one run of so many never ends");
}

RunSums sumsOf(const RecordedRun& run) {
  RunSums sums;
  for (const StepEvent& step : run.steps) {
    ++sums.steps;
    if (step.status == StepStatus::Error) ++sums.errors;
  }
  return sums;
}

void printOutcome(std::chrono::steady_clock::time_point begin, std::uint64_t runs, std::uint64_t steps) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  std::printf("{\"seconds\":%.6f,\"cpu_seconds\":%.3f,\"runs\":%llu,\"steps\":%llu}\n", seconds, cpu,
              static_cast<unsigned long long>(runs), static_cast<unsigned long long>(steps));
}

void die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

}  // namespace xray::bench
