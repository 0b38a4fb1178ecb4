// xray schemas, xray schemas show

#include <CLI/CLI.hpp>
#include <map>

#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/options.h"
#include "cli/schemas_commands.h"
#include "cli/table.h"
#include "xray/json.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

struct SchemasOptions : QuestionOptions {
  std::string name;
};

/// How many runs or steps of each version of a schema have violations.
Result<std::map<std::string, std::string>> violating(Source& source, const std::string& of, const std::string& name) {
  const std::string run = of == "runs" ? "" : "run.";
  const std::string version = run + "schema.version";
  std::string filter = run + "schema.name = ";
  appendFilterString(filter, name);
  const Result<Answer> answer = source.ask(
      {"/v1/analysis/counts", {{"of", of}, {"group_by", version}, {"filter", filter + " AND violation_count > 0"}}});
  if (!answer.ok()) return answer.status();
  if (Status status = statusOf(*answer); !status.ok()) return status;
  std::map<std::string, std::string> counts;
  if (const auto rows = findJsonMember(answer->body, "rows")) {
    for (JsonCursor row(rows->text); row.next();)
      counts[memberText(row.value().text, version)] = memberText(row.value().text, "count");
  }
  return counts;
}

void drawSchemas(std::string_view schemas, TimeStyle times, Output& output) {
  Table table({{.title = "SCHEMA", .atLeast = 12},
               {.title = "VERSION", .right = true},
               {.title = "RUNS", .right = true},
               {.title = "REGISTERED", .leaveOut = 1},
               {.title = "DEFINITION", .atLeast = 8, .leaveOut = 2}});
  for (JsonCursor cursor(schemas); cursor.next();) {
    const std::string_view schema = cursor.value().text;
    table.add({memberText(schema, "name"), memberText(schema, "version"), memberText(schema, "run_count"),
               memberTime(schema, "registered_at", times), memberText(schema, "definition")});
  }
  table.print(output.out, output.terminal);
}

/// The versions of one, with what deviated from each.
Status drawVersions(std::string_view schemas, Source& source, const std::string& name, TimeStyle times,
                    Output& output) {
  const auto runs = violating(source, "runs", name);
  if (!runs.ok()) return runs.status();
  const auto steps = violating(source, "steps", name);
  if (!steps.ok()) return steps.status();
  Table table({{.title = "VERSION", .right = true},
               {.title = "RUNS", .right = true},
               {.title = "VIOLATING RUNS", .right = true},
               {.title = "VIOLATING STEPS", .right = true, .leaveOut = 2},
               {.title = "REGISTERED", .leaveOut = 1},
               {.title = "DEFINITION", .atLeast = 8, .leaveOut = 3}});
  const auto countIn = [](const std::map<std::string, std::string>& counts, const std::string& version) {
    const auto found = counts.find(version);
    return found == counts.end() ? Table::Cell("0") : Table::Cell(found->second, Colour::Yellow);
  };
  for (JsonCursor cursor(schemas); cursor.next();) {
    const std::string_view schema = cursor.value().text;
    const std::string version = memberText(schema, "version");
    table.add({version, memberText(schema, "run_count"), countIn(*runs, version), countIn(*steps, version),
               memberTime(schema, "registered_at", times), memberText(schema, "definition")});
  }
  table.print(output.out, output.terminal);
  return {};
}

void listSchemas(const SchemasOptions& options, Output& output) {
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Answer> answer =
      source->ask({"/v1/schemas" + (options.name.empty() ? "" : "/" + percentEncode(options.name)), {}});
  if (!answer.ok()) return report(output, answer.status());
  if (const Status status = statusOf(*answer); !status.ok()) return report(output, status);
  const std::optional<JsonValue> schemas = findJsonMember(answer->body, "schemas");
  if (options.format() == Format::Json) {
    output.out << answer->body << '\n';
  } else if (options.format() == Format::Csv) {
    const Csv csv({"name", "version", "run_count", "registered_at", "definition"});
    writeCsv(output.out, output.terminal, csv.head());
    for (JsonCursor row(schemas ? schemas->text : ""); row.next();)
      writeCsv(output.out, output.terminal, csv.line(row.value().text));
  } else if (!schemas || schemas->text == "[]") {
    output.out << "No schemas yet.\n";
  } else if (options.name.empty()) {
    drawSchemas(schemas->text, options.times(false), output);
  } else if (const Status status = drawVersions(schemas->text, *source, options.name, options.times(false), output);
             !status.ok()) {
    report(output, status);
  }
}

struct ShowOptions : QuestionOptions {
  std::string name;
  std::string version;
};

void showSchema(const ShowOptions& options, Output& output) {
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Answer> answer =
      source->ask({"/v1/schemas/" + percentEncode(options.name) + "/" + percentEncode(options.version), {}});
  if (!answer.ok()) return report(output, answer.status());
  if (const Status status = statusOf(*answer); !status.ok()) return report(output, status);
  if (options.json) {
    output.out << answer->body << '\n';
  } else if (const auto definition = findJsonMember(answer->body, "definition")) {
    output.out << definition->text << '\n';
  }
}

}  // namespace

void appendFilterString(std::string& filter, std::string_view text) {
  filter += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') filter += '\\';
    filter += c;
  }
  filter += '"';
}

void addSchemasCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand(
      "schemas", "List schemas and how many runs refer to each; of one, what deviated from its versions");
  command->require_subcommand(0, 1);
  const auto options = std::make_shared<SchemasOptions>();
  options->addTo(*command);
  options->addCsvTo(*command);
  command->add_option("name", options->name, "Only the versions of this one");
  // CLI11 also calls back for a command that a subcommand was given to.
  command->callback([command, options, &output] {
    if (command->get_subcommands().empty()) listSchemas(*options, output);
  });

  CLI::App* show = command->add_subcommand("show", "Print the definition of one version");
  const auto shown = std::make_shared<ShowOptions>();
  shown->addTo(*show);
  show->add_option("name", shown->name, "The schema's name")->required();
  show->add_option("version", shown->version, "Its version")->required();
  show->callback([shown, &output] { showSchema(*shown, output); });
  addSchemaDiffCommand(*command, output);
  addSchemaCheckCommand(*command, output);
}

}  // namespace xray::cli
