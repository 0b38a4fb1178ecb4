// Records runs until it is done or killed, and says what of them is safe: recording_program CONFIG RUNS STEPS.
// RUNS 0: without end; -1: records nothing and stays, for what an earlier process left.
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <unistd.h>

#include "xray/sdk.h"

namespace {

void record(xray::Client& client, int number, int steps) {
  auto run = client.startRun("load", {{"number", number}, {"process", static_cast<std::int64_t>(::getpid())}});
  for (int i = 0; i < steps; ++i) run.step("step", "t").input({{"i", i}, {"text", std::string(100, 'x')}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int runs = std::atoi(argv[2]), steps = std::atoi(argv[3]);
  try {
    auto client = xray::Client::fromFile(argv[1]);
    if (runs < 0) ::pause();
    for (int i = 0; runs == 0 || i < runs; ++i) {
      record(client, i, steps);
      if (client.flush(std::chrono::seconds(20)).status.ok()) std::printf("flushed %d\n", i);
      std::fflush(stdout);
    }
    const auto report = client.close(std::chrono::seconds(10));
    std::printf("closed: %s accepted=%llu spooled=%llu drained=%llu abandoned=%llu\n",
                report.status.ok() ? "Ok" : report.status.toString().c_str(),
                static_cast<unsigned long long>(report.counters.accepted),
                static_cast<unsigned long long>(report.counters.spooled),
                static_cast<unsigned long long>(report.counters.drained),
                static_cast<unsigned long long>(report.counters.abandoned));
    return report.status.ok() ? 0 : 1;
  } catch (const xray::ConfigError& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
