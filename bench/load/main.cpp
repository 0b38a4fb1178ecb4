// Posts a recording to a receiver of events and tells what came of it, as one line of JSON:
//   xray-bench-load --url http://127.0.0.1:7008 --clients 8 --runs 10000

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include "bench/load/load.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

struct Arguments {
  LoadOptions load;
  std::string url;
  std::size_t idle = 0;
  bool tau = false;
  RecordingOptions recording;
  std::string acknowledgedFile;
};

int fail(const std::string& why) {
  std::cerr << "xray-bench-load: " << why << "\n";
  return 1;
}

double quantile(const std::vector<float>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

void print(LoadReport report, std::size_t idleOpen) {
  std::ranges::sort(report.latencies);
  std::string line;
  JsonWriter out(line);
  const auto count = [&](std::string_view name, std::uint64_t value) {
    out.key(name).integer(static_cast<std::int64_t>(value));
  };
  out.beginObject();
  out.key("seconds").number(report.seconds).key("cpu_seconds").number(report.cpuSeconds);
  count("attempts", report.attempts), count("broken", report.broken),
      count("without_retry_after", report.withoutRetryAfter);
  out.key("statuses").beginObject();
  for (const auto& [status, many] : report.statuses) count(std::to_string(status), many);
  out.endObject();
  count("runs", report.runs), count("steps", report.steps), count("bytes", report.bytes);
  count("accepted", report.accepted), count("duplicates", report.duplicates), count("rejected", report.rejected);
  out.key("latency_ms").beginObject();
  for (const auto& [name, share] : {std::pair("p50", 0.5), {"p99", 0.99}, {"p99_9", 0.999}, {"max", 1.0}}) {
    out.key(name).number(quantile(report.latencies, share));
  }
  out.endObject();
  count("idle_open", idleOpen);
  out.endObject();
  std::cout << line << std::endl;
}

/// The ids of the runs that were acknowledged, one a line.
bool writeAcknowledged(const std::string& path, const Recording& recording, const LoadOptions& options,
                       const LoadReport& report) {
  std::ofstream file(path);
  RecordedRun run;
  for (const std::uint64_t first : report.acknowledged) {
    const std::uint64_t end = std::min(first + options.batchRuns, options.first + options.runs);
    for (std::uint64_t index = first; index < end; ++index) {
      recording.make(index, run);
      file << run.started.runId.toString() << "\n";
    }
  }
  return static_cast<bool>(file.flush());
}

int run(Arguments& arguments) {
  const Result<Place> place = parsePlace(arguments.url);
  if (!place.ok()) return fail(place.status().message());
  arguments.load.place = *place;
  arguments.load.keepAcknowledged = !arguments.acknowledgedFile.empty();
  std::vector<RunShape> shapes = standardShapes(1);
  if (arguments.tau) {
    auto read = tauShapes(XRAY_TAU_DIR);
    if (!read.ok()) return fail(read.status().toString());
    shapes = std::move(*read);
  }
  arguments.recording.schema = !arguments.tau;
  const Recording recording(shapes, arguments.recording);
  if (Status status = registerSchema(*place); !status.ok()) return fail(status.toString());
  std::vector<std::unique_ptr<HttpClient>> idle;
  if (Status status = openIdle(*place, arguments.idle, idle); !status.ok()) return fail(status.toString());

  const LoadReport report = runLoad(recording, arguments.load);
  const auto open = std::ranges::count_if(idle, [](const auto& client) { return client->open(); });
  if (arguments.load.keepAcknowledged &&
      !writeAcknowledged(arguments.acknowledgedFile, recording, arguments.load, report)) {
    return fail("cannot write " + arguments.acknowledgedFile);
  }
  print(report, static_cast<std::size_t>(open));
  return 0;
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  xray::bench::Arguments arguments;
  auto& load = arguments.load;
  CLI::App app("Posts a recording to a receiver of events.");
  app.add_option("--url", arguments.url, "the receiver")->required();
  app.add_option("--clients", load.clients, "that send, each on a connection of its own")->check(CLI::PositiveNumber);
  app.add_option("--first", load.first, "index of the first run");
  app.add_option("--runs", load.runs, "how many runs");
  app.add_option("--batch-runs", load.batchRuns, "runs of one request; 90 are about 1 MiB")->check(CLI::PositiveNumber);
  app.add_option_function<std::int64_t>(
         "--spacing-us", [&arguments](std::int64_t count) { arguments.recording.spacing = xray::Microseconds(count); },
         "microseconds between the starts of two runs; 1000 without it")
      ->check(CLI::PositiveNumber);
  app.add_option("--seconds", load.seconds, "end after so much time, whatever is left");
  app.add_option("--rate", load.batchesPerSecond, "attempts a second, all clients together");
  app.add_option("--idle", arguments.idle, "further clients that only keep a connection open");
  app.add_flag("--tau", arguments.tau, "the recorded agent runs instead of made-up ones");
  app.add_option("--acknowledged", arguments.acknowledgedFile, "a file for the ids of the acknowledged runs");
  CLI11_PARSE(app, argc, argv);
  return xray::bench::run(arguments);
}
