// xray values

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/grouped.h"
#include "cli/histogram.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

struct ValuesOptions : GroupOptions {
  std::string field;
};

constexpr const char* kNumbers[] = {"min", "avg", "p50", "p95", "p99", "max"};

std::string numberText(std::string_view row, std::string_view member) {
  const std::optional<double> number = memberNumber(row, member);
  return number ? formatNumber(*number) : "";
}

Table tableOf(const GroupedAnswer& answer) {
  std::vector<Table::Column> columns = groupColumns(answer.groups);
  columns.push_back({.title = "COUNT", .right = true});
  columns.push_back({.title = "MISSING", .right = true, .leaveOut = 1});
  columns.push_back({.title = "MIN", .right = true, .leaveOut = 4});
  columns.push_back({.title = "AVG", .right = true, .leaveOut = 3});
  columns.push_back({.title = "P50", .right = true, .leaveOut = 7});
  columns.push_back({.title = "P95", .right = true, .leaveOut = 6});
  columns.push_back({.title = "P99", .right = true, .leaveOut = 2});
  columns.push_back({.title = "MAX", .right = true, .leaveOut = 5});
  if (!answer.groups.empty()) columns.push_back({.title = "FROM MIN TO MAX", .leaveOut = 8});
  Table table(std::move(columns));
  for (const std::string_view row : answer.rows()) {
    std::vector<Table::Cell> cells = groupCells(row, answer.groups);
    cells.emplace_back(memberText(row, "count"));
    cells.emplace_back(memberText(row, "missing"));
    for (const char* name : kNumbers) cells.emplace_back(numberText(row, name));
    if (!answer.groups.empty()) cells.emplace_back(histogramLine(binsOf(row)), Colour::Blue);
    table.add(std::move(cells));
  }
  return table;
}

void showValues(const ValuesOptions& options, Output& output) {
  const auto keys = parseGroupBy(options.groupBy, GroupedQuestion::Values);
  if (!keys.ok()) return report(output, keys.status());
  const auto answer =
      askGrouped(options, Entity::Step, {"/v1/analysis/values", {{"field", options.field}}}, namesOf(*keys), output);
  if (!answer) return;
  if (options.format() == Format::Csv)
    return writeGroupedCsv(*answer, {"count", "missing", "min", "avg", "p50", "p95", "p99", "max", "histogram"},
                           output);
  if (nothingIn(*answer)) {
    output.out << (options.everything() ? "No steps yet.\n" : "No step matches.\n");
    return;
  }
  tableOf(*answer).print(output.out, output.terminal);
  if (answer->groups.empty()) {
    const std::vector<Bin> bins = binsOf(answer->rows().front());
    if (bins.empty()) output.out << "No step has a number in " << harmless(options.field) << ".\n";
    if (!bins.empty()) output.out << '\n';
    drawHistogram(output.out, output.terminal, bins);
  }
  noteTruncated(*answer, output);
}

}  // namespace

void addValuesCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("values", "Show how the numbers under a key of the steps' JSON are spread");
  const auto options = std::make_shared<ValuesOptions>();
  command->add_option("field", options->field, "The key, such as reasoning.percentage_eliminated")->required();
  options->addTo(*command, "step_type = filter",
                 "step_type, name, status, run.pipeline, run.status, run.schema.version, or one path such as "
                 "reasoning.rule");
  command->callback([options, &output] { showValues(*options, output); });
}

}  // namespace xray::cli
