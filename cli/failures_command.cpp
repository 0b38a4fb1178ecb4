// xray failures

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/grouped.h"
#include "cli/run_id.h"
#include "cli/spark.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

constexpr std::size_t kBarWidth = 20;

std::string percentOf(double share) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f%%", share * 100);
  return text.data();
}

std::vector<std::string> examplesOf(std::string_view row) {
  std::vector<std::string> ids;
  if (const auto examples = findJsonMember(row, "examples")) {
    for (JsonCursor cursor(examples->text); cursor.next();) ids.push_back(memberString(cursor.value().text, "run_id"));
  }
  return ids;
}

/// The first `most` ids, each by its beginning.
std::string joined(const std::vector<std::string>& ids, std::size_t size, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, ids.size()); ++i)
    text += (i == 0 ? "" : " ") + harmless(ids[i].substr(0, size));
  return text;
}

/// The rules of query.md section 3 in words.
std::string_view wordsOf(std::string_view rule) {
  if (rule == "1") return "named by the run's error";
  if (rule == "2") return "the last step that failed";
  if (rule == "3") return "in flight when the run stopped";
  if (rule == "4") return "the last step";
  return rule;
}

/// What is missing where a group is null says why: the run has no step, or its error no type.
std::vector<Table::Cell> blamed(std::string_view row, const std::vector<std::string>& groups) {
  std::vector<Table::Cell> cells = groupCells(row, groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool ofStep = groups[i] == "step_type" || groups[i] == "name" || groups[i] == "rule";
    if (ofStep && cells[i].text == "(none)" && cells[i].colour == Colour::Dim) cells[i].text = "(before any step)";
    if (groups[i] == "rule") cells[i].text = wordsOf(cells[i].text);
  }
  return cells;
}

void writeCsv(const GroupedAnswer& answer, Output& output) {
  std::vector<std::string> names = answer.groups;
  names.insert(names.end(), {"runs", "share"});
  const Csv numbers(names);
  names.emplace_back("examples");
  writeCsv(output.out, output.terminal, Csv::lineOf(names));
  for (const std::string_view row : answer.rows()) {
    std::string line = numbers.line(row);
    line.resize(line.rfind("\r\n"));
    line += "," + Csv::lineOf({joined(examplesOf(row), Id::kTextSize, SIZE_MAX)});
    writeCsv(output.out, output.terminal, line);
  }
  noteTruncated(answer, output, true);
}

void draw(const GroupedAnswer& answer, Output& output) {
  std::vector<Table::Column> columns = groupColumns(answer.groups);
  columns.push_back({.title = "RUNS", .right = true});
  columns.push_back({.title = "SHARE", .right = true});
  columns.push_back({.title = "", .leaveOut = 1});
  std::vector<std::vector<Table::Cell>> lines;
  std::vector<std::string> examples;
  Table shares(columns);
  for (const std::string_view row : answer.rows()) {
    const double share = memberNumber(row, "share").value_or(0);
    std::vector<Table::Cell> cells = blamed(row, answer.groups);
    cells.emplace_back(memberText(row, "runs"));
    cells.emplace_back(percentOf(share));
    cells.emplace_back(bar(share, kBarWidth), Colour::Red);
    shares.add(cells);
    lines.push_back(std::move(cells));
    for (std::string& id : examplesOf(row)) examples.push_back(std::move(id));
  }
  // An id that is cut short somewhere names no run, so there are as many as fit.
  const std::size_t size = shortIdSize(examples);
  const std::size_t taken = shares.width() + 1;
  const std::size_t width = output.terminal.width;
  const std::size_t most = width == 0 ? SIZE_MAX : width > taken + size ? (width - taken) / (size + 1) : 1;
  columns.push_back({.title = "EXAMPLES", .leaveOut = 2});
  Table table(std::move(columns));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].emplace_back(joined(examplesOf(answer.rows()[i]), size, most));
    table.add(std::move(lines[i]));
  }
  table.print(output.out, output.terminal);
}

void showFailures(const GroupOptions& options, Output& output) {
  const auto keys = parseFailureGroupBy(options.groupBy);
  if (!keys.ok()) return report(output, keys.status());
  std::vector<std::string> groups;
  for (const FailureKey key : *keys) groups.emplace_back(toString(key));
  const auto answer = askGrouped(options, Entity::Run, {"/v1/analysis/failures", {}}, std::move(groups), output);
  if (!answer) return;
  if (options.format() == Format::Csv) return writeCsv(*answer, output);
  if (answer->rows().empty()) {
    output.out << (options.everything() ? "No run has failed.\n" : "No run that matches has failed.\n");
  } else {
    draw(*answer, output);
  }
  noteTruncated(*answer, output);
}

}  // namespace

void addFailuresCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("failures", "Show which steps runs fail at, with runs to look at");
  const auto options = std::make_shared<GroupOptions>();
  options->groupBy = "step_type";
  options->addTo(*command, "pipeline = picker", "step_type, name, run.pipeline, error.type, rule");
  command->callback([options, &output] { showFailures(*options, output); });
}

}  // namespace xray::cli
