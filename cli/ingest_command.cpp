// xray ingest

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/stop_signals.h"
#include "server/drain.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::milliseconds kRedraw{200};    // of the line on a terminal
constexpr std::chrono::milliseconds kReport{5'000};  // between lines elsewhere
constexpr std::chrono::seconds kStopTime{10};

struct IngestOptions {
  std::string config;
  bool json = false;
};

/// How far it is, on the error stream: one line that is redrawn on a terminal, else a line now and then.
class Progress {
 public:
  explicit Progress(std::ostream& error) : error_(error), terminal_(::isatty(STDERR_FILENO) != 0) {}

  void show(const Backlog& backlog, const server::IngestCounters& counters) {
    total_ = std::max(total_, backlog.bytes);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + (terminal_ ? kRedraw : kReport);
    if (!terminal_ && !std::exchange(begun_, true)) return;  // what is over in a moment needs no line
    begun_ = true;
    const std::uint64_t done = total_ - backlog.bytes;
    error_ << (terminal_ ? "\r\x1b[K" : "") << "ingest: " << (total_ == 0 ? 100 : done * 100 / total_) << " %, "
           << formatBytes(backlog.bytes) << " left, " << counters.accepted << " events stored"
           << (terminal_ ? "" : "\n") << std::flush;
  }

  void end() {
    if (terminal_ && begun_) error_ << "\r\x1b[K" << std::flush;
  }

 private:
  std::ostream& error_;
  const bool terminal_;
  bool begun_ = false;
  std::uint64_t total_ = 0;
  std::chrono::steady_clock::time_point next_{};
};

struct Outcome {
  Backlog left;
  server::IngestCounters counters;
  Status status;
};

void print(const Outcome& outcome, bool json, Output& output) {
  const auto& [left, counters, status] = outcome;
  if (json) {
    std::string text;
    JsonWriter writer(text);
    const auto member = [&](const char* name, std::uint64_t value) {
      writer.key(name).integer(static_cast<std::int64_t>(value));
    };
    writer.beginObject();
    member("accepted", counters.accepted);
    member("duplicates", counters.duplicates);
    member("rejected", counters.rejected);
    member("set_aside", left.setAside);
    member("bytes_left", left.bytes);
    member("bytes_being_written", left.openBytes);
    writer.endObject();
    output.out << text << '\n';
  } else {
    output.out << counters.accepted << " events stored, " << counters.duplicates << " duplicates, " << counters.rejected
               << " rejected.\n";
    if (left.setAside > 0) {
      output.out << left.setAside
                 << " damaged pieces or refused batches were set aside; they are in bad/ in the spool.\n";
    }
    if (left.openBytes > 0) {
      output.out << formatBytes(left.openBytes)
                 << " are still being written by living senders and were left to them.\n";
    }
  }
  if (!status.ok()) return report(output, status);
  if (left.setAside > 0) output.exitCode = kFailed;
}

/// Until nothing waits any more, or a signal comes.
Outcome drain(server::Drain& drain, const StopSignals& signals, Output& output) {
  Outcome outcome;
  Progress progress(output.error);
  int signal = 0;
  do {
    const auto backlog = drain.backlog();
    if (!backlog.ok()) {
      outcome.status = backlog.status();
      break;
    }
    outcome.left = *backlog;
    progress.show(*backlog, drain.counters());
    if (backlog->bytes == 0) break;
    signal = signals.waitFor(kLook);
  } while (signal == 0);
  progress.end();
  signals.letThrough();
  const Status stopped = drain.stop(std::chrono::steady_clock::now() + kStopTime);
  if (const auto backlog = drain.backlog(); backlog.ok()) outcome.left = *backlog;
  outcome.counters = drain.counters();
  if (outcome.status.ok() && signal != 0) {
    outcome.status = Status(StatusCode::Unavailable, "stopped by a signal; " + formatBytes(outcome.left.bytes) +
                                                         " are left in the spool, for the next time");
  }
  if (outcome.status.ok()) outcome.status = stopped;
  return outcome;
}

void ingest(const IngestOptions& options, Output& output) {
  const StopSignals signals;
  Result<server::LoadedConfig> loaded = server::loadServerConfig(options.config);
  if (!loaded.ok()) return reportConfig(output, loaded.status());
  auto made = server::Drain::make(std::move(*loaded), systemClock());
  if (!made.ok()) return report(output, made.status());
  for (const std::string& plugin : (*made)->passedOver()) {
    output.error << "xray: " << harmless(plugin) << " keeps no batches and was passed over\n";
  }
  if (const Status status = (*made)->start(); !status.ok()) {
    report(output, status);
    output.exitCode = kFailed;
    return;
  }
  print(drain(**made, signals, output), options.json, output);
}

}  // namespace

void addIngestCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand(
      "ingest", "Take what waits in the spools of a configuration into its store, once; needs no running server");
  const auto options = std::make_shared<IngestOptions>();
  command->add_option("--config", options->config, "The server's YAML file")->required();
  command->add_flag("--json", options->json, "Print the figures as JSON");
  command->footer(
      "Exit codes: 0 nothing waits any more; 1 failed or stopped (what is left stays in the spool), or something was\n"
      "            damaged or refused for good and set aside in bad/; 2 wrong usage or configuration.");
  command->callback([options, &output] { ingest(*options, output); });
}

}  // namespace xray::cli
