// xray-simulate: a day of four pipelines with planted problems, recorded through the X-Ray SDK; and what the analysis
// must find in it.

#include <CLI/CLI.hpp>
#include <iostream>
#include <limits>

#include "package_picker/package_source.h"
#include "simulate/answers.h"
#include "simulate/recording.h"
#include "xray/sdk.h"
#include "xray/text.h"

namespace {

using std::chrono::days;
using xray::Timestamp;

constexpr int kNotDelivered = 1;
constexpr int kBadInput = 2;
constexpr std::uint64_t kLargestSeed = std::numeric_limits<std::int64_t>::max() / 8;

struct Arguments {
  std::string config;
  bool answers = false;
  bool json = false;
  std::uint64_t seed = 1;
  std::size_t runs = 480;
  std::string date;
  std::string items;
  std::string schemas = XRAY_SIMULATE_SCHEMAS;
  double patience = 60;
};

xray::Status wrong(const std::string& message) {
  return {xray::StatusCode::InvalidArgument, message};
}

/// The beginning of the day that --date names; yesterday when it names none.
xray::Result<Timestamp> dayOf(const std::string& date) {
  const Timestamp today = std::chrono::floor<days>(xray::systemClock().now());
  if (date.empty()) return today - days(1);
  // The length keeps out texts that become a time only with what is added.
  const auto day = date.size() == 10 ? xray::parseTimestamp(date + "T00:00:00Z") : std::nullopt;
  if (!day) return wrong("--date: not a date: " + xray::quoted(date) + " (such as 2026-11-22)");
  if (*day > today) return wrong("--date: " + date + " is still to come (at most today, in UTC)");
  return *day;
}

xray::Result<simulate::Plan> planFor(const Arguments& arguments) {
  const auto day = dayOf(arguments.date);
  if (!day) return day.status();
  const auto catalogue = arguments.items.empty() ? picker::readMachineIndex() : picker::readJsonLines(arguments.items);
  if (!catalogue) return catalogue.status();
  return simulate::makePlan({.day = {.midnight = *day, .runs = arguments.runs}, .seed = arguments.seed}, *catalogue);
}

int printAnswers(const simulate::Plan& plan, const Arguments& arguments) {
  const auto answers = simulate::answersOf(plan, arguments.schemas);
  if (!answers) {
    std::cerr << answers.status().message() << "\n";
    return kBadInput;
  }
  if (arguments.json) {
    simulate::printJson(std::cout, plan, *answers);
  } else {
    simulate::print(std::cout, plan, *answers);
  }
  return 0;
}

int record(const simulate::Plan& plan, const Arguments& arguments) {
  std::cout << "seed " << plan.options.seed << ", " << simulate::dateOf(plan) << " (UTC), " << plan.options.day.runs
            << " runs of each pipeline, packages of " << plan.items << "\n";
  const auto patience = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.patience * 1000));
  const auto delivery =
      simulate::recordPlan(plan, {.config = arguments.config, .schemas = arguments.schemas, .patience = patience});
  std::cout << delivery.runs << " runs recorded; events: " << delivery.accepted << " accepted, " << delivery.lost
            << " lost\n";
  if (!delivery.complete()) {
    std::cerr << "not everything was delivered, so the answers do not hold"
              << (delivery.whatIsMissing.empty() ? "" : ": " + delivery.whatIsMissing) << "\n";
    return kNotDelivered;
  }
  std::cout << "What is to be found: xray-simulate --answers --seed " << plan.options.seed << " --runs "
            << plan.options.day.runs << " --date " << simulate::dateOf(plan)
            << (arguments.items.empty() ? "" : " --items '" + arguments.items + "'") << "\n";
  return 0;
}

void addOptions(CLI::App& app, Arguments& arguments) {
  auto* config = app.add_option("--config", arguments.config, "Record, as this configuration of the SDK (YAML) says");
  auto* answers = app.add_flag("--answers", arguments.answers,
                               "Record nothing: print the planted problems, where they are, the numbers to expect and "
                               "the commands that find them");
  answers->excludes(config);
  app.add_flag("--json", arguments.json, "The answers as JSON")->needs(answers);
  app.add_option("--seed", arguments.seed, "What chance is made of: the same seed, the same runs and answers")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, kLargestSeed));
  app.add_option("--runs", arguments.runs, "Runs of each pipeline")
      ->capture_default_str()
      ->check(CLI::Range(simulate::kLeastRuns, std::size_t{1'000'000}));
  app.add_option("--date", arguments.date,
                 "The day of all runs (UTC), today at most; of today the hours to come are simulated too. Default: "
                 "yesterday");
  app.add_option("--items", arguments.items,
                 "The packages to search: a file of JSON lines (.jsonl or .jsonl.zst) instead of the machine's own "
                 "package index");
  app.add_option("--schemas", arguments.schemas, "The folder of the schema definitions")->capture_default_str();
  app.add_option("--patience", arguments.patience,
                 "Seconds to wait after each pipeline for the backend to take everything")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 86400.0));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Records a day of four simulated pipelines with planted problems through the X-Ray SDK. No work is done and no "
      "time passes: the recorded times are made up.");
  Arguments arguments;
  addOptions(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadInput;
  }
  if (arguments.config.empty() && !arguments.answers) {
    std::cerr << "--config FILE (to record) or --answers is required\nRun with --help for more information.\n";
    return kBadInput;
  }
  try {
    const auto plan = planFor(arguments);
    if (!plan) {
      std::cerr << plan.status().message() << "\n";
      return kBadInput;
    }
    return arguments.answers ? printAnswers(*plan, arguments) : record(*plan, arguments);
  } catch (const xray::ConfigError& error) {
    std::cerr << error.what() << "\n";
    return kBadInput;
  }
}
