// xray-replay: sends recorded agent runs through the X-Ray SDK.

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <thread>

#include "recordings.h"
#include "replayer.h"

namespace {

namespace fs = std::filesystem;
using xray::Timestamp;

constexpr int kNotDelivered = 1;
constexpr int kBadInput = 2;
constexpr std::chrono::seconds kBetweenRuns{10};

struct Arguments {
  std::vector<std::string> paths;
  std::string config;
  std::string base;
  unsigned jobs = 1;
  double rate = 0;
  double patience = 60;
};

/// The files, each a run that starts ten seconds after the one before it, shared out among threads.
class Replay {
 public:
  Replay(xray::Client& client, std::vector<fs::path> files, Timestamp base, double rate)
      : client_(client), files_(std::move(files)), base_(base), rate_(rate) {}

  void run(unsigned jobs) {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < jobs; ++i) threads.emplace_back([this] { work(); });
  }

  std::size_t replayed() const { return replayed_; }
  std::size_t unreadable() const { return unreadable_; }

 private:
  void work() {
    while (true) {
      const std::size_t i = next_++;
      if (i >= files_.size()) return;
      if (rate_ > 0)
        std::this_thread::sleep_until(begin_ + std::chrono::duration<double>(static_cast<double>(i) / rate_));
      const auto recording = replay::readRecording(files_[i]);
      if (recording) {
        replay::replayRun(client_, *recording, base_ + static_cast<int>(i) * kBetweenRuns);
        ++replayed_;
      } else {
        ++unreadable_;
        const std::scoped_lock lock(printing_);
        std::cerr << recording.status().message() << "\n";
      }
    }
  }

  xray::Client& client_;
  const std::vector<fs::path> files_;
  const Timestamp base_;
  const double rate_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> replayed_ = 0;
  std::atomic<std::size_t> unreadable_ = 0;
  std::mutex printing_;
};

/// True when the backend has every event.
bool summarize(const Replay& replay, const xray::sdk::DeliveryReport& report) {
  const auto& counters = report.counters;
  const std::uint64_t lost = counters.rejected + counters.givenUp + counters.queueFull + counters.schemaRejected +
                             counters.tooLarge + counters.abandoned;
  std::cout << replay.replayed() << " runs replayed, " << replay.unreadable()
            << " files not readable; events: " << counters.accepted << " accepted, " << counters.duplicates
            << " duplicates, " << lost << " lost (" << counters.rejected << " rejected, " << counters.queueFull
            << " queue full, " << counters.schemaRejected << " against the schema, " << counters.abandoned
            << " not delivered); " << counters.batches << " batches, " << counters.retries << " retries\n";
  if (!report.status.ok()) std::cerr << "not everything was delivered: " << report.status.message() << "\n";
  return report.status.ok() && lost == 0 && replay.unreadable() == 0;
}

int replayAll(const Arguments& arguments) {
  auto files = replay::findRecordings(arguments.paths);
  if (!files) {
    std::cerr << files.status().message() << "\n";
    return kBadInput;
  }
  const auto now = std::chrono::time_point_cast<xray::Microseconds>(xray::systemClock().now());
  std::optional<Timestamp> base = now - static_cast<int>(files->size()) * kBetweenRuns;
  if (!arguments.base.empty()) base = xray::parseTimestamp(arguments.base);
  if (!base) {
    std::cerr << "--base: not an RFC 3339 time: \"" << arguments.base << "\" (such as 2026-11-22T16:00:00Z)\n";
    return kBadInput;
  }
  auto client = xray::Client::fromFile(arguments.config);
  Replay replay(client, std::move(*files), *base, arguments.rate);
  replay.run(arguments.jobs);
  const auto patience = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.patience * 1000));
  return summarize(replay, client.close(patience)) ? 0 : kNotDelivered;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Replays recorded agent runs (tau-bench trajectories, Who&When histories) through the X-Ray SDK.");
  Arguments arguments;
  app.add_option("path", arguments.paths, "Recordings, or directories of *.json recordings")->required();
  app.add_option("--config", arguments.config, "The SDK's configuration (YAML)")->required();
  app.add_option("--jobs", arguments.jobs, "Threads that replay")->capture_default_str()->check(CLI::Range(1, 64));
  app.add_option("--rate", arguments.rate, "At most so many runs a second; 0: as fast as it goes")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--base", arguments.base,
                 "When the first run begins (RFC 3339); each further one begins ten seconds later. Default: so that "
                 "the last one begins now");
  app.add_option("--patience", arguments.patience, "Seconds to wait at the end for the backend to take everything")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 86400.0));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadInput;
  }
  try {
    return replayAll(arguments);
  } catch (const xray::ConfigError& error) {
    std::cerr << error.what() << "\n";
    return kBadInput;
  }
}
