// xray latency

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/grouped.h"
#include "cli/series.h"

namespace xray::cli {
namespace {

struct LatencyOptions : GroupOptions {
  SeriesOptions series;
};

const std::vector<std::string> kColumns{"count", "errors", "min_ms", "avg_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms"};

Table::Cell errorsCell(std::string_view row) {
  const std::string errors = memberText(row, "errors");
  return {errors, errors == "0" ? Colour::None : Colour::Red};
}

/// Count, errors and the durations, in the order of durationColumns.
void addNumbers(std::vector<Table::Cell>& cells, std::string_view row) {
  cells.emplace_back(memberText(row, "count"));
  cells.push_back(errorsCell(row));
  for (const char* name : {"min_ms", "avg_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms"})
    cells.emplace_back(memberDuration(row, name));
}

void addNumberColumns(std::vector<Table::Column>& columns) {
  columns.push_back({.title = "COUNT", .right = true, .leaveOut = 7});
  columns.push_back({.title = "ERRORS", .right = true, .leaveOut = 5});
  columns.push_back({.title = "MIN", .right = true, .leaveOut = 2});
  columns.push_back({.title = "AVG", .right = true, .leaveOut = 3});
  columns.push_back({.title = "P50", .right = true, .leaveOut = 6});
  columns.push_back({.title = "P95", .right = true});
  columns.push_back({.title = "P99", .right = true, .leaveOut = 4});
  columns.push_back({.title = "MAX", .right = true, .leaveOut = 1});
}

Table tableOf(const GroupedAnswer& answer) {
  std::vector<Table::Column> columns = groupColumns(answer.groups);
  addNumberColumns(columns);
  Table table(std::move(columns));
  for (const std::string_view row : answer.rows()) {
    std::vector<Table::Cell> cells = groupCells(row, answer.groups);
    addNumbers(cells, row);
    table.add(std::move(cells));
  }
  return table;
}

void drawBuckets(const GroupedAnswer& answer, TimeStyle times, Output& output) {
  std::vector<Table::Column> columns = groupColumns(answer.groups);
  columns.insert(columns.begin(), {.title = "FROM"});
  addNumberColumns(columns);
  Table table(std::move(columns));
  for (const std::string_view row : inOrderOfTime(answer)) {
    std::vector<Table::Cell> cells = groupCells(row, answer.groups);
    cells.insert(cells.begin(), memberTime(row, "bucket", times));
    addNumbers(cells, row);
    table.add(std::move(cells));
  }
  table.print(output.out, output.terminal);
}

void showLatency(const LatencyOptions& options, Output& output) {
  const auto keys = parseGroupBy(options.groupBy, GroupedQuestion::Latency);
  if (!keys.ok()) return report(output, keys.status());
  const auto answer =
      askGrouped(options, Entity::Step, options.series.question("/v1/analysis/latency"), namesOf(*keys), output);
  if (!answer) return;
  if (options.format() == Format::Csv) return writeGroupedCsv(*answer, options.series.csvColumns(kColumns), output);
  if (nothingIn(*answer)) {
    output.out << (options.everything() ? "No step has ended yet.\n" : "No step that matches has ended.\n");
  } else if (options.series.buckets) {
    drawBuckets(*answer, options.series.times(options.utc), output);
  } else if (options.series.asked()) {
    drawSeries(*answer, {"p95_ms", "p95", Merge::Greatest, memberDuration, true}, options.series, options.window(),
               output);
  } else {
    tableOf(*answer).print(output.out, output.terminal);
  }
  noteTruncated(*answer, output);
}

}  // namespace

void addLatencyCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("latency", "Show how long steps take, in groups and over time");
  const auto options = std::make_shared<LatencyOptions>();
  options->groupBy = "step_type";
  options->addTo(*command, "run.pipeline = picker AND status = success",
                 "step_type, name, status, run.pipeline, run.status, run.schema.version, or one path such as "
                 "reasoning.rule; \"\" for one row over all");
  options->series.addTo(*command, "a line of the 95th percentiles");
  command->callback([options, &output] { showLatency(*options, output); });
}

}  // namespace xray::cli
