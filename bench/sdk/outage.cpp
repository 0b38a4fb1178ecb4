// S3: a steady application while its backend is away. Two threads record at a steady rate; told is what the process
// grew by, what the recording threads and the rest (the shipper) took of the processor, and what a step cost its
// thread.
//   xray-bench-sdk-outage --plugins DIR --away --rate 20000 --seconds 60

#include <sys/resource.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <thread>

#include "bench/sdk/pace.h"
#include "bench/sdk/sample_steps.h"
#include "bench/sdk/ticks.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

constexpr std::uint64_t kRunSteps = 10;
constexpr unsigned kThreads = 2;
constexpr auto kLook = std::chrono::milliseconds(50);

struct OutageOptions {
  ClientOptions client;
  bool away = false;
  double rate = 20'000;  // steps a second, of all threads together
  double seconds = 60;
};

std::uint64_t residentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double cpuSeconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// What one thread measured.
struct Measured {
  std::vector<std::uint32_t> ticks;
  std::uint64_t steps = 0;
  double cpuSeconds = 0;
};

void recordSteadily(Client& client, const OutageOptions& options, const std::vector<SampleStep>& samples,
                    Measured& measured) {
  sdk::Run run;
  const auto duration =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(options.seconds));
  paced(options.rate / kThreads, duration, [&] {
    if (measured.steps % kRunSteps == 0) run = client.startRun("bench");
    const SampleStep& sample = samples[measured.steps++ % samples.size()];
    const std::uint64_t begin = ticks();
    record(run, sample, Form::Typed);
    measured.ticks.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(ticks() - begin, UINT32_MAX)));
  });
  run.end();
  measured.cpuSeconds = cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
}

/// The memory for the measurements is taken, and touched, before anything is compared.
std::vector<Measured> roomFor(const OutageOptions& options) {
  std::vector<Measured> measured(kThreads);
  for (Measured& one : measured) {
    one.ticks.assign(static_cast<std::size_t>(options.rate * options.seconds / kThreads) + 1, 0);
    one.ticks.clear();
  }
  return measured;
}

void report(std::vector<Measured>& measured, std::uint64_t grownBy, double cpu, const sdk::Counters& counters,
            const TickScale& scale) {
  std::vector<std::uint32_t> all;
  std::uint64_t steps = 0;
  double recording = 0;
  for (const Measured& one : measured) {
    all.insert(all.end(), one.ticks.begin(), one.ticks.end());
    steps += one.steps;
    recording += one.cpuSeconds;
  }
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("grown_mib").number(static_cast<double>(grownBy) / (1 << 20));
  json.key("recording_cpu_us").number(recording / static_cast<double>(steps) * 1e6);
  json.key("shipper_cpu_us").number((cpu - recording) / static_cast<double>(steps) * 1e6);
  for (const auto& [name, share] : {std::pair("p50", 0.5), {"p99", 0.99}, {"p999", 0.999}}) {
    json.key(name).number(scale.nanoseconds(percentile(all, share)));
  }
  json.key("steps").integer(static_cast<std::int64_t>(steps));
  json.key("accepted").integer(static_cast<std::int64_t>(counters.accepted));
  json.key("dropped").integer(static_cast<std::int64_t>(counters.queueFull)).endObject();
  std::cout << text << "\n";
}

void measure(OutageOptions options) {
  // Nothing listens on port 9 (discard) of this machine.
  if (options.away) options.client.transport = "{plugin: http-transport, options: {url: 'http://127.0.0.1:9'}}";
  const auto samples = sampleSteps();
  const TickScale scale;
  std::vector<Measured> measured = roomFor(options);
  const std::uint64_t before = residentBytes();
  const double cpuBefore = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
  Client client = makeClient(options.client);
  std::vector<std::thread> threads;
  std::atomic<unsigned> running{kThreads};
  for (Measured& one : measured) {
    threads.emplace_back([&] {
      recordSteadily(client, options, samples, one);
      --running;
    });
  }
  std::uint64_t most = before;
  for (; running > 0; std::this_thread::sleep_for(kLook)) most = std::max(most, residentBytes());
  for (std::thread& thread : threads) thread.join();
  const double cpu = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - cpuBefore;
  client.close(std::chrono::milliseconds(options.away ? 1 : 10'000));
  report(measured, most - before, cpu, client.counters(), scale);
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  xray::bench::OutageOptions options;
  CLI::App app("Records steadily, with a backend or without.");
  app.add_option("--plugins", options.client.plugins, "directory of the transport")->required();
  app.add_flag("--away", options.away, "HTTP to a port where nothing listens; else a transport that takes everything");
  app.add_option("--rate", options.rate, "steps a second");
  app.add_option("--seconds", options.seconds, "how long");
  CLI11_PARSE(app, argc, argv);
  xray::bench::measure(options);
}
