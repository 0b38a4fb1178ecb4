// xray-attribution: replays real failed runs through a real backend and counts how often the step that it blames is
// the one that people blame.

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "backend.h"
#include "data_set.h"
#include "report.h"

namespace {

namespace fs = std::filesystem;

constexpr int kFailed = 1;
constexpr int kBadInput = 2;

struct Arguments {
  std::string data = "../shared/data";
  std::string store = "{plugin: memory}";
};

/// What there is; a folder that is not there is told and left out.
xray::Result<std::vector<attribution::DataSet>> dataSets(const fs::path& data) {
  std::vector<attribution::DataSet> sets;
  if (const fs::path folder = data / "whowhen" / "dev"; !fs::is_directory(folder)) {
    std::cerr << "no folder " << folder.string() << ": Who&When is left out\n";
  } else {
    auto read = attribution::whoWhenSets(folder);
    if (!read) return read.status();
    for (auto& set : *read) sets.push_back(std::move(set));
  }
  if (const fs::path folder = data / "tau" / "dev"; !fs::is_directory(folder)) {
    std::cerr << "no folder " << folder.string() << ": tau-bench is left out\n";
  } else {
    auto read = attribution::tauSet(folder);
    if (!read) return read.status();
    sets.push_back(std::move(*read));
  }
  return sets;
}

int measure(const Arguments& arguments) {
  const auto sets = dataSets(arguments.data);
  if (!sets || sets->empty()) {
    std::cerr << (sets ? "nothing to measure" : sets.status().message()) << "\n";
    return kBadInput;
  }
  auto backend = attribution::Backend::start(arguments.store);
  if (!backend) {
    std::cerr << backend.status().message() << "\n";
    return kBadInput;
  }
  for (const auto& set : *sets) {
    const auto attributions = (*backend)->attribute(set);
    if (!attributions) {
      std::cerr << attributions.status().message() << "\n";
      return kFailed;
    }
    attribution::writeReport(std::cout, set, *attributions);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // Standard output is for the tables.
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("xray", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  spdlog::set_level(spdlog::level::warn);

  CLI::App app("Measures how often the step that X-Ray blames a failed run on is the one that people blame.");
  Arguments arguments;
  app.add_option("--data", arguments.data, "The folder with whowhen/dev and tau/dev")->capture_default_str();
  app.add_option("--store", arguments.store, "The store to ask, as in a server's configuration; an empty one")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadInput;
  }
  return measure(arguments);
}
