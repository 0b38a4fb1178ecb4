// xray steps

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/format.h"
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

Table tableOf(const Listing& listing, bool utc) {
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
               memberTime(step, "started_at", {utc, false}),
               memberDuration(step, "duration_ms"),
               memberText(step, "run_id"),
               remarkOf(step)});
  }
  return table;
}

void listSteps(const ListOptions& options, Output& output) {
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Listing> listing = listRows(*source, options.question("/v1/steps"), "steps", options.limit);
  if (!listing.ok()) return report(output, listing.status(), options.filterText());
  if (options.json) {
    output.out << listing->json("steps") << '\n';
  } else if (listing->rows.empty()) {
    output.out << (options.filter.empty() ? "No steps yet.\n" : "No step matches.\n");
  } else {
    tableOf(*listing, options.utc).print(output.out, output.terminal);
    if (listing->next) output.out << "… there are more; --limit " << options.limit << " was reached.\n";
  }
}

}  // namespace

void addStepsCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("steps", "List steps of all runs, newest first");
  const auto options = std::make_shared<ListOptions>();
  options->addTo(*command);
  command->callback([options, &output] { listSteps(*options, output); });
}

}  // namespace xray::cli
