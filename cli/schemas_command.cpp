// xray schemas

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/table.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

struct SchemasOptions : QuestionOptions {
  std::string name;
};

void listSchemas(const SchemasOptions& options, Output& output) {
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Answer> answer =
      source->ask({"/v1/schemas" + (options.name.empty() ? "" : "/" + percentEncode(options.name)), {}});
  if (!answer.ok()) return report(output, answer.status());
  if (const Status status = statusOf(*answer); !status.ok()) return report(output, status);
  if (options.json) {
    output.out << answer->body << '\n';
    return;
  }
  Table table({{.title = "SCHEMA", .atLeast = 12},
               {.title = "VERSION", .right = true},
               {.title = "RUNS", .right = true},
               {.title = "REGISTERED", .leaveOut = 1},
               {.title = "DEFINITION", .atLeast = 8, .leaveOut = 2}});
  const std::optional<JsonValue> schemas = findJsonMember(answer->body, "schemas");
  if (!schemas || schemas->text == "[]") {
    output.out << "No schemas yet.\n";
    return;
  }
  for (JsonCursor cursor(schemas->text); cursor.next();) {
    const std::string_view schema = cursor.value().text;
    table.add({memberText(schema, "name"), memberText(schema, "version"), memberText(schema, "run_count"),
               memberTime(schema, "registered_at", {options.utc, false}), memberText(schema, "definition")});
  }
  table.print(output.out, output.terminal);
}

}  // namespace

void addSchemasCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("schemas", "List schemas and how many runs refer to each");
  const auto options = std::make_shared<SchemasOptions>();
  options->addTo(*command);
  command->add_option("name", options->name, "Only the versions of this one");
  command->callback([options, &output] { listSchemas(*options, output); });
}

}  // namespace xray::cli
