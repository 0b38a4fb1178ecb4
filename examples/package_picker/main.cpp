// xray-package-picker: "find me the best package for this task", with every decision recorded through the X-Ray SDK.

#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>

#include "package_source.h"
#include "pipeline.h"

namespace {

constexpr int kNothingFound = 1;
constexpr int kBadInput = 2;

void print(const std::string& wish, const picker::PickOutcome& outcome) {
  std::cout << "Wish: " << wish << "\n";
  if (!outcome.failedStep.empty()) {
    std::cout << "  nothing found: step " << outcome.failedStep << ": " << outcome.failure << "\n";
  }
  int place = 0;
  for (const auto& [package, why] : outcome.choices) {
    std::cout << "  " << ++place << ". " << std::left << std::setw(24) << package->name << std::right << std::setw(8)
              << package->installedKib << " KiB  " << package->description << "\n       " << why << "\n";
  }
  std::cout << "  run " << outcome.runId.toString() << "\n";
}

/// The run that could not be recorded is said, but the person still gets the package.
void warnIfUndelivered(const xray::sdk::DeliveryReport& report) {
  if (report.status.ok()) return;
  std::cerr << "warning: " << report.undeliveredEvents << " events were not delivered: " << report.status.message()
            << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Finds the best Debian package for a task and records, through X-Ray, how it came to it.");
  std::vector<std::string> wishes;
  std::string config;
  std::string items;
  picker::PickOptions options;
  app.add_option("wish", wishes, "What you need: \"small command line tool to convert images, no X11, under 5 MB\"")
      ->required();
  app.add_option("--config", config, "The SDK's configuration (YAML)")->required();
  app.add_option(
      "--items", items,
      "Choose from this file of JSON lines (.jsonl or .jsonl.zst) instead of the machine's own package index");
  app.add_option("--candidates", options.candidates, "How many packages retrieval hands on")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  app.add_option("--top", options.top, "How many packages to choose")->capture_default_str()->check(CLI::Range(1, 100));
  app.add_option("--die-in", options.dieIn,
                 "For demonstrations: end the process abruptly in the middle of this step, as a crash would")
      ->check(CLI::IsMember(picker::kSteps));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadInput;
  }

  const auto catalogue = items.empty() ? picker::readMachineIndex() : picker::readJsonLines(items);
  if (!catalogue) {
    std::cerr << catalogue.status().message() << "\n";
    return kBadInput;
  }
  try {
    auto client = xray::Client::fromFile(config);
    std::cout << catalogue->packages.size() << " packages from " << catalogue->source << "\n";
    picker::Pipeline pipeline(client, *catalogue, options);
    bool found = true;
    for (const auto& wish : wishes) {
      const auto outcome = pipeline.pick(wish);
      print(wish, outcome);
      found = found && outcome.failedStep.empty();
    }
    warnIfUndelivered(client.close(std::chrono::seconds(10)));
    return found ? 0 : kNothingFound;
  } catch (const xray::ConfigError& error) {
    std::cerr << error.what() << "\n";
    return kBadInput;
  }
}
