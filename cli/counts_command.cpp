// xray counts

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/commands.h"
#include "cli/grouped.h"
#include "cli/series.h"
#include "cli/spark.h"

namespace xray::cli {
namespace {

constexpr std::size_t kBarWidth = 20;

struct CountsOptions : GroupOptions {
  SeriesOptions series;
  std::string of = "runs";
};

double greatestCount(const std::vector<std::string_view>& rows) {
  double greatest = 0;
  for (const std::string_view row : rows) greatest = std::max(greatest, memberNumber(row, "count").value_or(0));
  return greatest;
}

void drawRows(const GroupedAnswer& answer, const std::vector<std::string_view>& rows, std::optional<TimeStyle> times,
              Output& output) {
  std::vector<Table::Column> columns = groupColumns(answer.groups);
  if (times) columns.insert(columns.begin(), {.title = "FROM"});
  columns.push_back({.title = "COUNT", .right = true});
  columns.push_back({.title = "", .leaveOut = 1});
  Table table(std::move(columns));
  const double greatest = greatestCount(rows);
  for (const std::string_view row : rows) {
    std::vector<Table::Cell> cells = groupCells(row, answer.groups);
    if (times) cells.insert(cells.begin(), memberTime(row, "bucket", *times));
    cells.emplace_back(memberText(row, "count"));
    const double share = greatest > 0 ? memberNumber(row, "count").value_or(0) / greatest : 0;
    cells.emplace_back(rows.size() > 1 ? bar(share, kBarWidth) : "", Colour::Blue);
    table.add(std::move(cells));
  }
  table.print(output.out, output.terminal);
}

void showCounts(const CountsOptions& options, Output& output) {
  const bool runs = options.of == "runs";
  const auto keys = parseGroupBy(options.groupBy, runs ? GroupedQuestion::RunCounts : GroupedQuestion::StepCounts);
  if (!keys.ok()) return report(output, keys.status());
  Question question = options.series.question("/v1/analysis/counts");
  question.parameters.emplace_back("of", options.of);
  const auto answer =
      askGrouped(options, runs ? Entity::Run : Entity::Step, std::move(question), namesOf(*keys), output);
  if (!answer) return;
  if (options.format() == Format::Csv) return writeGroupedCsv(*answer, options.series.csvColumns({"count"}), output);
  if (nothingIn(*answer)) {
    output.out << (options.everything() ? "No " + options.of + " yet.\n" : "Nothing matches.\n");
  } else if (options.series.buckets) {
    drawRows(*answer, inOrderOfTime(*answer), options.series.times(options.utc), output);
  } else if (options.series.asked()) {
    drawSeries(*answer, {"count", "count", Merge::Sum, memberText, false}, options.series, options.window(), output);
  } else {
    drawRows(*answer, answer->rows(), std::nullopt, output);
  }
  noteTruncated(*answer, output);
}

}  // namespace

void addCountsCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("counts", "Count runs or steps, in groups and over time");
  const auto options = std::make_shared<CountsOptions>();
  options->groupBy = "status";
  options->addTo(*command, "pipeline = picker AND violation_count > 0",
                 "status, pipeline, schema.version (of runs) or step_type, name, status, run.pipeline, run.status, "
                 "run.schema.version, one path such as reasoning.rule (of steps); \"\" for one row over all");
  command->add_option("--of", options->of, "What to count")
      ->check(CLI::IsMember({"runs", "steps"}))
      ->capture_default_str();
  options->series.addTo(*command, "a line of the counts");
  command->callback([options, &output] { showCounts(*options, output); });
}

}  // namespace xray::cli
