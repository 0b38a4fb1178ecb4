// S7: how fast the SDK fills a spool, from the first step to everything on the disk. One thread records as fast as it
// can; the full queue holds it back, so nothing is lost.
//   xray-bench-sdk-spool --plugins DIR --dir SPOOL --steps 400000

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "bench/sdk/sample_steps.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

constexpr std::uint64_t kRunSteps = 10;
constexpr auto kPatience = std::chrono::minutes(10);

std::uint64_t bytesIn(const std::string& dir) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.path().extension() == ".seg") bytes += entry.file_size();
  }
  return bytes;
}

double cpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int run(ClientOptions options, const std::string& dir, std::uint64_t steps) {
  options.transport = "{plugin: file-transport, options: {dir: '" + dir + "', durability: interval, max_bytes: 64GiB}}";
  options.queue = "{max_bytes: 16MiB, when_full: block}";
  const auto samples = sampleSteps();
  Client client = makeClient(options);
  const double cpuBefore = cpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t step = 0; step < steps;) {
    auto run = client.startRun("bench");
    for (std::uint64_t i = 0; i < kRunSteps && step < steps; ++i, ++step) {
      record(run, samples[step % samples.size()], Form::Typed);
    }
  }
  const auto closed = client.close(std::chrono::duration_cast<std::chrono::milliseconds>(kPatience));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (!closed.status.ok() || closed.counters.accepted < steps || closed.counters.queueFull > 0) {
    std::cerr << "sdk-spool: not everything is in the spool: " << closed.status.toString() << "\n";
    return 1;
  }
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("seconds").number(took.count()).key("cpu_seconds").number(cpuSeconds() - cpuBefore);
  json.key("steps").integer(static_cast<std::int64_t>(steps));
  json.key("bytes").integer(static_cast<std::int64_t>(bytesIn(dir))).endObject();
  std::cout << text << "\n";
  return 0;
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  xray::bench::ClientOptions options;
  std::string dir;
  std::uint64_t steps = 400'000;
  CLI::App app("Records into a spool.");
  app.add_option("--plugins", options.plugins, "directory of the file-transport")->required();
  app.add_option("--dir", dir, "the spool")->required();
  app.add_option("--steps", steps, "how many steps");
  CLI11_PARSE(app, argc, argv);
  return xray::bench::run(options, dir, steps);
}
