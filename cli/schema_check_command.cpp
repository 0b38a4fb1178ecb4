// xray schemas check: what a definition would refuse of what was recorded.

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/csv.h"
#include "cli/options.h"
#include "cli/pages.h"
#include "cli/pointer.h"
#include "cli/progress.h"
#include "cli/run_id.h"
#include "cli/schema_trial.h"
#include "cli/schemas_commands.h"
#include "cli/table.h"
#include "server/server_config.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

constexpr unsigned kMaxDepth = 128;     // as of events
constexpr std::size_t kPageSize = 200;  // steps bring their payloads

struct CheckOptions : FilterOptions {
  std::string file;
};

Result<std::string> readDefinition(const std::string& file) {
  std::ifstream stream(file);
  std::istream& in = file == "-" ? std::cin : stream;
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good()) return Status(StatusCode::InvalidArgument, file + ": cannot be read");
  const Result<JsonFacts> facts = checkJson(text, kMaxDepth);
  if (!facts.ok()) return Status(StatusCode::InvalidArgument, file + ": " + facts.status().message());
  if (facts->type != JsonType::Object)
    return Status(StatusCode::InvalidArgument, file + ": a definition is a JSON object");
  return std::string(facts->text);
}

/// The validator of --config, else key-list.
Result<std::unique_ptr<SchemaValidator>> makeValidator(const CheckOptions& options) {
  if (options.config.empty()) return makeKeyListValidator();
  Result<server::LoadedConfig> loaded = server::loadServerConfig(options.config);
  if (!loaded.ok()) return loaded.status();
  const PluginChoice& choice = loaded->config.validator;
  return loaded->plugins->makeValidator(choice.plugin, choice.options, {&systemClock()});
}

std::string json(const SchemaTrial& trial) {
  std::string text;
  JsonWriter writer(text);
  writer.beginObject().key("steps").integer(trial.steps()).key("violating_steps").integer(trial.violatingSteps());
  writer.key("not_listed").integer(trial.notListed()).key("findings").beginArray();
  for (const SchemaTrial::Finding& finding : trial.findings()) {
    writer.beginObject().key("name").string(finding.name).key("step_type").string(finding.stepType);
    writer.key("pointer").string(finding.pointer).key("kind").string(toString(finding.kind));
    writer.key("steps").integer(finding.steps).key("example_run_id").string(finding.example).endObject();
  }
  writer.endArray().endObject();
  return text;
}

void writeFindings(const SchemaTrial& trial, Output& output) {
  writeCsv(output.out, output.terminal,
           Csv::lineOf({"name", "step_type", "pointer", "kind", "steps", "example_run_id"}));
  for (const SchemaTrial::Finding& finding : trial.findings()) {
    writeCsv(output.out, output.terminal,
             Csv::lineOf({finding.name, finding.stepType, finding.pointer, std::string(toString(finding.kind)),
                          std::to_string(finding.steps), finding.example}));
  }
}

/// "/reasoning/rule" as "reasoning.rule".
std::string keyText(const std::string& pointer) {
  std::string text;
  for (const std::string& token : tokensOf(pointer)) text += (text.empty() ? "" : ".") + harmless(token);
  return text;
}

void draw(const SchemaTrial& trial, Output& output) {
  std::array<char, 32> percent{};
  const double share =
      trial.steps() ? static_cast<double>(trial.violatingSteps()) / static_cast<double>(trial.steps()) : 0;
  std::snprintf(percent.data(), percent.size(), "%.1f%%", share * 100);
  printWords(output.out, output.terminal, Colour::None,
             "Of " + std::to_string(trial.steps()) + " steps " + std::to_string(trial.violatingSteps()) +
                 " would deviate (" + percent.data() + ").");
  const std::vector<SchemaTrial::Finding> findings = trial.findings();
  if (findings.empty()) return;
  std::vector<std::string> examples;
  for (const SchemaTrial::Finding& finding : findings) examples.push_back(finding.example);
  const std::size_t size = shortIdSize(examples);
  output.out << '\n';
  Table table({{.title = "STEPS", .right = true},
               {.title = "KEY", .atLeast = 10},
               {.title = "WHY"},
               {.title = "STEP", .atLeast = 8, .leaveOut = 3},
               {.title = "TYPE", .atLeast = 6, .leaveOut = 2},
               {.title = "SUCH A RUN", .leaveOut = 1}});
  for (const SchemaTrial::Finding& finding : findings) {
    table.add({std::to_string(finding.steps),
               keyText(finding.pointer),
               {std::string(toString(finding.kind)), Colour::Yellow},
               harmless(finding.name),
               harmless(finding.stepType),
               harmless(finding.example.substr(0, size))});
  }
  table.print(output.out, output.terminal);
  if (trial.notListed() > 0) output.out << "… and " << trial.notListed() << " in keys that are not listed.\n";
}

void check(const CheckOptions& options, Output& output) {
  const Result<std::string> definition = readDefinition(options.file);
  if (!definition.ok()) return report(output, definition.status());
  const std::optional<std::string> filter = options.filter(Entity::Step, output);
  if (!filter) return;
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<std::unique_ptr<SchemaValidator>> validator = makeValidator(options);
  if (!validator.ok()) return report(output, validator.status());
  Result<std::unique_ptr<CompiledSchema>> schema = (*validator)->compile(*definition);
  if (!schema.ok())
    return report(output, Status(schema.status().code(), options.file + ": " + schema.status().message()));

  SchemaTrial trial(std::move(*schema));
  Question question{"/v1/steps", {}};
  if (!filter->empty()) question.parameters.emplace_back("filter", *filter);
  Progress progress(output.error, output.terminal);
  const auto look = [&](std::string_view step) {
    trial.add(step);
    progress.show(std::to_string(trial.steps()) + " steps looked at …");
    return true;
  };
  const Status status = forEachRow(*source, question, "steps", SIZE_MAX, look, kPageSize);
  progress.clear();
  if (!status.ok()) return report(output, status, *filter);
  switch (options.format()) {
    case Format::Json:
      output.out << json(trial) << '\n';
      return;
    case Format::Csv:
      return writeFindings(trial, output);
    case Format::Table:
      return draw(trial, output);
  }
}

}  // namespace

void addSchemaCheckCommand(CLI::App& schemas, Output& output) {
  CLI::App* command = schemas.add_subcommand(
      "check", "Show what a definition would refuse of the steps that were recorded, by key and step");
  const auto options = std::make_shared<CheckOptions>();
  command->add_option("file", options->file, "The definition, a JSON file; - for standard input")
      ->type_name("FILE")
      ->required();
  options->addTo(*command, "run.schema.name = picker AND run.schema.version = 2");
  options->addCsvTo(*command);
  command->callback([options, &output] { check(*options, output); });
}

}  // namespace xray::cli
