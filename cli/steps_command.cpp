// xray steps

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/pages.h"
#include "cli/table.h"

namespace xray::cli {
namespace {

Colour colourOf(const std::string& status) {
  if (status == "success") return Colour::Green;
  if (status == "error") return Colour::Red;
  return Colour::Yellow;
}

/// What a person looks for in a list of steps: why it failed, else why it decided as it did.
std::string remarkOf(const std::string& step) {
  const std::string error = errorText(step);
  if (!error.empty()) return error;
  const std::string reasoning = memberText(step, "reasoning");
  return reasoning == "{}" ? "" : reasoning;
}

Table tableOf(const Listing& listing, TimeStyle times) {
  Table table({{.title = "STEP", .atLeast = 8},
               {.title = "TYPE", .atLeast = 6, .leaveOut = 3},
               {.title = "STATUS"},
               {.title = "STARTED", .leaveOut = 1},
               {.title = "DURATION", .right = true, .leaveOut = 2},
               {.title = "RUN"},
               {.title = "ERROR OR REASONING", .atLeast = 8, .leaveOut = 4}});
  for (const std::string& step : listing.rows) {
    const std::string status = memberText(step, "status");
    table.add({memberText(step, "name"),
               memberText(step, "step_type"),
               {status, colourOf(status)},
               memberTime(step, "started_at", times),
               memberDuration(step, "duration_ms"),
               memberText(step, "run_id"),
               remarkOf(step)});
  }
  return table;
}

void listSteps(const ListOptions& options, Output& output) {
  const std::optional<std::string> filter = options.filter(Entity::Step, output);
  if (!filter) return;
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Listing> listing = listRows(*source, options.question("/v1/steps", *filter), "steps", options.limit);
  if (!listing.ok()) return report(output, listing.status(), *filter);
  if (options.format() == Format::Json) {
    output.out << listing->json("steps") << '\n';
    return;
  }
  if (options.format() == Format::Csv) {
    writeCsv(output.out, output.terminal, *listing, stepsCsv());
  } else if (listing->rows.empty()) {
    output.out << (options.everything() ? "No steps yet.\n" : "No step matches.\n");
  } else {
    tableOf(*listing, options.times(false)).print(output.out, output.terminal);
  }
  noteMore(output, options, options.limit, *listing);
}

}  // namespace

void addStepsCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("steps", "List steps of all runs, newest first");
  const auto options = std::make_shared<ListOptions>();
  options->addTo(*command, "step_type = filter AND reasoning.percentage_eliminated > 90");
  command->callback([options, &output] { listSteps(*options, output); });
}

}  // namespace xray::cli
