// xray runs

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
  if (status == "completed") return Colour::Green;
  if (status == "crashed") return Colour::Red;
  return Colour::Yellow;
}

Table tableOf(const Listing& listing, TimeStyle times) {
  Table table({{.title = "RUN"},
               {.title = "PIPELINE", .atLeast = 8, .leaveOut = 6},
               {.title = "STATUS"},
               {.title = "STARTED", .leaveOut = 4},
               {.title = "DURATION", .right = true, .leaveOut = 3},
               {.title = "STEPS", .right = true, .leaveOut = 2},
               {.title = "ERRORS", .right = true, .leaveOut = 1},
               {.title = "ERROR", .atLeast = 8, .leaveOut = 5}});
  for (const std::string& run : listing.rows) {
    const std::string status = memberText(run, "status");
    const std::string errors = memberText(run, "error_count");
    table.add({memberText(run, "run_id"),
               memberText(run, "pipeline"),
               {status, colourOf(status)},
               memberTime(run, "started_at", times),
               memberDuration(run, "duration_ms"),
               memberText(run, "step_count"),
               {errors, errors == "0" ? Colour::None : Colour::Red},
               errorText(run)});
  }
  return table;
}

void listRuns(const ListOptions& options, Output& output) {
  const std::optional<std::string> filter = options.filter(Entity::Run, output);
  if (!filter) return;
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Listing> listing = listRows(*source, options.question("/v1/runs", *filter), "runs", options.limit);
  if (!listing.ok()) return report(output, listing.status(), *filter);
  if (options.format() == Format::Json) {
    output.out << listing->json("runs") << '\n';
    return;
  }
  if (options.format() == Format::Csv) {
    writeCsv(output.out, output.terminal, *listing, runsCsv());
  } else if (listing->rows.empty()) {
    output.out << (options.everything() ? "No runs yet.\n" : "No run matches.\n");
  } else {
    tableOf(*listing, options.times(false)).print(output.out, output.terminal);
  }
  noteMore(output, options, options.limit, *listing);
}

}  // namespace

void addRunsCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("runs", "List runs, newest first");
  const auto options = std::make_shared<ListOptions>();
  options->addTo(*command, "status = crashed AND duration > 5s");
  command->callback([options, &output] { listRuns(*options, output); });
}

}  // namespace xray::cli
