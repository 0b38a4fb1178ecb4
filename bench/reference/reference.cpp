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
  return {.schema = !input.tau};
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
