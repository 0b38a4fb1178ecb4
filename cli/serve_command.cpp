// xray serve

#include <signal.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "cli/commands.h"
#include "cli/stop_signals.h"
#include "server/server.h"

namespace xray::cli {
namespace {

constexpr std::chrono::seconds kDrainTime{7};
/// After the drain time, for what cannot be interrupted: an append in work, an index being built.
constexpr std::chrono::milliseconds kGraceTime{1'500};

/// Ends the process when stopping takes too long. By then everything that was acknowledged is durable, and what still
/// runs waits for the disk.
class Watchdog {
 public:
  explicit Watchdog(Deadline deadline) : thread_([this, deadline] { watch(deadline); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mu_);
      done_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void watch(Deadline deadline) {
    std::unique_lock lock(mu_);
    if (changed_.wait_until(lock, deadline, [this] { return done_; })) return;
    spdlog::warn("something still runs in the store; leaving it to the next start");
    std::_Exit(kDone);
  }

  std::mutex mu_;
  std::condition_variable changed_;
  bool done_ = false;  // guarded by mu_
  std::thread thread_;
};

void stop(server::Server& server) {
  const Deadline deadline = std::chrono::steady_clock::now() + kDrainTime;
  const Watchdog watchdog(deadline + kGraceTime);
  if (const Status status = server.stop(deadline); !status.ok())
    spdlog::warn("stopped with losses: {}", status.message());
  const server::IngestCounters counters = server.ingestCounters();
  spdlog::info(
      "stopped: {} events accepted, {} duplicates, {} rejected in {} commits ({} failed); {} batches refused as "
      "overload, "
      "{} as unreadable; {} queries refused",
      counters.accepted, counters.duplicates, counters.rejected, counters.commits, counters.failedCommits,
      counters.overloadedBatches, counters.unreadableBatches, server.refusedQueries());
}

void serve(const std::string& file, Output& output) {
  const StopSignals signals;
  Result<server::LoadedConfig> loaded = server::loadServerConfig(file);
  if (!loaded.ok()) return reportConfig(output, loaded.status());
  spdlog::set_level(spdlog::level::from_str(loaded->config.logLevel));

  Result<std::unique_ptr<server::Server>> made = server::Server::make(std::move(*loaded), systemClock());
  if (!made.ok()) {
    report(output, made.status());
    output.exitCode = kBadUsage;
    return;
  }
  const std::unique_ptr<server::Server> server = std::move(*made);
  if (const Status status = server->start(); !status.ok()) {
    report(output, status);
    output.exitCode = kFailed;
    return;
  }
  spdlog::info("ready");
  const int signal = signals.wait();
  signals.letThrough();
  spdlog::info("{} received, stopping; once more ends at once", signal == SIGTERM ? "SIGTERM" : "SIGINT");
  stop(*server);
}

}  // namespace

void addServeCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("serve", "Run the backend until SIGTERM or Ctrl-C");
  const auto file = std::make_shared<std::string>();
  command->add_option("--config", *file, "The YAML file")->type_name("FILE")->required();
  command->callback([file, &output] { serve(*file, output); });
}

}  // namespace xray::cli
