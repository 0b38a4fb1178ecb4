// xray tail

#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <thread>

#include "cli/commands.h"
#include "cli/follower.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/tail_line.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

/// The longest wait for a server that is away.
constexpr std::chrono::seconds kMaxPause{5};

struct TailOptions : FilterOptions {
  std::string of = "both";
  std::string every = "1s";
};

/// SIGINT and SIGTERM end the process at once with "done": nothing is lost by it. Made before there are threads, which
/// inherit that they leave both signals to the one that asks.
class Interrupts {
 public:
  explicit Interrupts(bool onTerminal) {
    clearsLine_ = onTerminal;
    struct sigaction action {};
    action.sa_handler = [](int) {
      if (clearsLine_ && ::write(STDERR_FILENO, "\r\x1b[K", 4) < 0) ::_exit(kDone);
      ::_exit(kDone);
    };
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM}) {
      sigaddset(&set_, signal);
      ::sigaction(signal, &action, nullptr);
    }
    hold();
  }
  ~Interrupts() { let(); }

  /// Not while a line is being written.
  void hold() const { pthread_sigmask(SIG_BLOCK, &set_, nullptr); }
  void let() const { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

 private:
  static inline volatile sig_atomic_t clearsLine_ = 0;
  sigset_t set_{};
};

std::size_t restrictionsIn(const FilterNode& node) {
  std::size_t count = node.kind == FilterNode::Kind::Restriction ? 1 : 0;
  for (const auto& child : node.children) count += restrictionsIn(*child);
  return count;
}

/// Nothing: reported.
std::optional<Followed> followedBy(const TailOptions& options, Output& output) {
  Followed followed;
  followed.runs = options.of != "steps";
  followed.steps = options.of != "runs";
  const std::string typed = options.typed();
  const Entity entity = followed.runs ? Entity::Run : Entity::Step;
  const Result<Filter> filter = parseFilter(typed, entity, systemClock().now());
  if (!filter.ok()) {
    report(output, filter.status(), typed);
    return std::nullopt;
  }
  followed.restrictions = filter->root ? restrictionsIn(*filter->root) : 0;
  if (followed.restrictions > kMaxFollowedRestrictions) {
    report(output, Status(StatusCode::InvalidArgument, "the filter has " + std::to_string(followed.restrictions) +
                                                           " conditions; tail takes at most " +
                                                           std::to_string(kMaxFollowedRestrictions)));
    return std::nullopt;
  }
  (followed.runs ? followed.runFilter : followed.stepFilter) = typed;
  return followed;
}

std::string jsonLine(const Change& change) {
  std::string line;
  JsonWriter(line).beginObject().key(change.ofRun() ? "run" : "step").raw(change.json).endObject();
  return line;
}

/// False: nobody reads any more.
bool print(const std::vector<Change>& changes, const TailOptions& options, Output& output) {
  for (const Change& change : changes) {
    // A run that began and ended between two questions is one object.
    const bool toldByEnd = change.kind == Change::Kind::RunStarted && memberString(change.json, "status") != "running";
    if (!options.json) {
      output.stream() << tailLine(change, output.terminal, options.utc) << '\n';
    } else if (!toldByEnd) {
      output.stream() << jsonLine(change) << '\n';
    }
  }
  if (output.stream().flush()) return true;
  output.stream().clear();  // why is told at the end of the program, which tries once more
  return false;
}

/// Ends only when nothing can be written any more.
void followOn(Follower& follower, Source& source, const TailOptions& options, Output& output,
              const Interrupts& interrupts) {
  const Microseconds every = *parseDuration(options.every);
  Progress progress(output.error, output.terminal, output.terminal.interactive);
  Microseconds pause = every;
  bool away = false;
  while (true) {
    progress.show(away ? "waiting for " + (options.config.empty() ? options.server : "the store") + " …"
                       : "following, " + std::to_string(follower.running()) + " running; Ctrl-C ends");
    interrupts.let();
    std::this_thread::sleep_for(pause);
    Result<std::vector<Change>> changes = follower.poll(source);
    interrupts.hold();
    if (!changes.ok()) {
      if (changes.status().code() == StatusCode::InvalidArgument) return report(output, changes.status());
      if (!away) {
        progress.clear();
        output.error << "xray: " << harmless(changes.status().message()) << "; trying again\n" << std::flush;
      }
      away = true;
      pause =
          std::min<Microseconds>(std::max<Microseconds>(2 * pause, every), std::max<Microseconds>(kMaxPause, every));
      continue;
    }
    if (away) output.error << "xray: it is back\n" << std::flush;
    away = false;
    pause = every;
    if (!changes->empty()) progress.clear();
    if (!print(*changes, options, output)) return;
  }
}

void tail(const TailOptions& options, Output& output) {
  const std::optional<Microseconds> every = parseDuration(options.every);
  if (!every || *every < std::chrono::milliseconds(50) || *every > std::chrono::hours(1)) {
    return report(
        output, Status(StatusCode::InvalidArgument, "--every: must be a duration from 50ms to 1h, such as 1s, not \"" +
                                                        harmless(options.every) + "\""));
  }
  std::optional<Followed> followed = followedBy(options, output);
  if (!followed) return;
  const Interrupts interrupts(output.terminal.progress);
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  Follower follower(std::move(*followed));
  interrupts.let();
  const Status status = follower.begin(*source);
  interrupts.hold();
  if (!status.ok()) return report(output, status);
  followOn(follower, *source, options, output, interrupts);
}

}  // namespace

void addTailCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("tail", "Follow new runs and steps live, each change once, until Ctrl-C");
  const auto options = std::make_shared<TailOptions>();
  options->QuestionOptions::addTo(*command);
  options->addWordsTo(*command, "pipeline = picker (of runs, their steps are shown too; with --of steps of steps)");
  command->add_option("--of", options->of, "What to follow")
      ->check(CLI::IsMember({"both", "runs", "steps"}))
      ->capture_default_str();
  command->add_option("--every", options->every, "How long to wait between two looks")
      ->type_name("DURATION")
      ->capture_default_str();
  command->callback([options, &output] { tail(*options, output); });
}

}  // namespace xray::cli
