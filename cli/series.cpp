#include "cli/series.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "cli/spark.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

constexpr std::size_t kLeastColumns = 16;
constexpr std::size_t kMostColumns = 120;
constexpr std::size_t kGap = 2;

/// The group's values as one text that tells groups apart.
std::string keyOf(std::string_view row, const std::vector<std::string>& groups) {
  std::string key;
  for (const std::string& group : groups) {
    const auto value = findJsonMember(row, group);
    key += std::string(value ? value->text : "null") + '\n';
  }
  return key;
}

Timestamp bucketAt(std::string_view row) {
  return parseTimestamp(memberString(row, "bucket")).value_or(Timestamp());
}

/// Groups in the order of their greatest bucket's row, which is that of the answer; then by their whole counts.
std::vector<Series> seriesOf(const GroupedAnswer& answer) {
  std::vector<Series> all;
  std::map<std::string, std::size_t> places;
  for (const std::string_view row : answer.rows()) {
    const auto [place, added] = places.emplace(keyOf(row, answer.groups), all.size());
    if (added) all.push_back({row, {}, {}});
    all[place->second].rows.push_back(row);
  }
  const auto countOf = [](const Series& series) {
    double count = 0;
    for (const std::string_view row : series.rows) count += memberNumber(row, "count").value_or(0);
    return count;
  };
  std::ranges::stable_sort(all, std::greater<>(), countOf);
  for (Series& series : all) std::ranges::sort(series.rows, {}, bucketAt);
  return all;
}

void fill(Series& series, const SeriesChart& chart, const std::string& value, Merge merge) {
  series.columns.assign(chart.columns, std::nullopt);
  for (const std::string_view row : series.rows) {
    const std::int64_t bucket = (bucketAt(row) - chart.from) / chart.interval;
    const auto column = static_cast<std::size_t>(bucket / chart.bucketsPerColumn);
    const std::optional<double> number = memberNumber(row, value);
    if (bucket < 0 || column >= chart.columns || !number) continue;
    std::optional<double>& cell = series.columns[column];
    cell = !cell ? *number : merge == Merge::Sum ? *cell + *number : std::max(*cell, *number);
  }
}

double greatestOf(const std::vector<std::optional<double>>& values) {
  double greatest = 0;
  for (const auto& value : values) greatest = std::max(greatest, value.value_or(0));
  return greatest;
}

/// How many columns there are for sparklines beside others that take `taken`.
std::size_t sparkRoom(const Terminal& terminal, std::size_t taken) {
  if (terminal.width == 0) return kMostColumns;
  const std::size_t least = std::min({terminal.width, kMostColumns, std::max(kLeastColumns, terminal.width / 3)});
  return std::clamp(terminal.width > taken ? terminal.width - taken : 0, least, kMostColumns);
}

/// All cells of a group's line but the sparkline.
std::vector<Table::Cell> cellsOf(const Series& series, const std::vector<std::string>& groups,
                                 const SeriesValue& value) {
  std::vector<Table::Cell> cells = groupCells(series.first, groups);
  const auto sum = [&series](const char* member) {
    double total = 0;
    for (const std::string_view row : series.rows) total += memberNumber(row, member).value_or(0);
    return total;
  };
  const auto byValue = [&value](std::string_view row) { return memberNumber(row, value.member).value_or(0); };
  const auto [least, most] = std::ranges::minmax_element(series.rows, {}, byValue);
  cells.emplace_back(formatNumber(sum("count")));
  if (value.errors) {
    const double errors = sum("errors");
    cells.emplace_back(formatNumber(errors), errors > 0 ? Colour::Red : Colour::None);
  }
  cells.emplace_back(value.text(*least, value.member));
  cells.emplace_back(value.text(*most, value.member));
  return cells;
}

/// "LEAST, MOST: p95 of an interval. One column is 15m, the greatest of 3 intervals; · is none."
std::string legend(const SeriesChart& chart, const SeriesValue& value) {
  std::string text = "LEAST, MOST: " + std::string(value.words) + " of an interval. One column is ";
  text += formatDuration(chart.interval * chart.bucketsPerColumn);
  if (chart.bucketsPerColumn > 1) {
    text += value.merge == Merge::Sum ? ", the sum of " : ", the greatest of ";
    text += std::to_string(chart.bucketsPerColumn) + " intervals";
  }
  return text + "; · is none.";
}

}  // namespace

void SeriesOptions::addTo(CLI::App& command, const std::string& drawing) {
  command.add_option("--interval", interval, "In buckets so long (5m, 1h, 1d): for each group " + drawing)
      ->type_name("DURATION");
  command.add_flag("--buckets", buckets, "With --interval: a row for each bucket instead of that line")
      ->needs("--interval");
}

Question SeriesOptions::question(const std::string& path) const {
  Question question{path, {}};
  if (asked()) question.parameters.emplace_back("interval", interval);
  return question;
}

std::vector<std::string> SeriesOptions::csvColumns(std::vector<std::string> values) const {
  if (asked()) values.insert(values.begin(), "bucket");
  return values;
}

SeriesChart chartOf(const GroupedAnswer& answer, const std::string& value, Merge merge, Microseconds interval,
                    const TimeWindow::Ends& ends, Timestamp now, std::size_t maxColumns) {
  SeriesChart chart;
  chart.interval = interval;
  chart.series = seriesOf(answer);
  if (chart.series.empty()) return chart;
  chart.from = Timestamp::max();
  Timestamp last = Timestamp::min();
  for (const Series& series : chart.series) {
    chart.from = std::min(chart.from, bucketAt(series.rows.front()));
    last = std::max(last, bucketAt(series.rows.back()));
  }
  if (ends.since) {
    chart.from = std::min(chart.from, bucketOf(ends.since->time, interval));
    last = std::max(last, bucketOf(ends.until ? ends.until->time - Microseconds(1) : now, interval));
  }
  const std::int64_t buckets = (last - chart.from) / interval + 1;
  const auto room = static_cast<std::int64_t>(maxColumns);
  chart.bucketsPerColumn = (buckets + room - 1) / room;
  chart.columns = static_cast<std::size_t>((buckets + chart.bucketsPerColumn - 1) / chart.bucketsPerColumn);
  chart.to = last + interval;
  for (Series& series : chart.series) fill(series, chart, value, merge);
  return chart;
}

std::string axisTitle(const SeriesChart& chart, bool utc) {
  const auto label = [utc](Timestamp time) {
    std::string text = formatTime(formatTimestamp(time), {utc, false});
    return text.substr(5, text.size() - 5 - (utc ? 4 : 3));  // without year and seconds
  };
  std::string left = label(chart.from);
  const std::string right = label(chart.to);
  if (left.size() > chart.columns) return left.substr(0, 5);
  if (left.size() + right.size() + 2 > chart.columns) return left;
  left.append(chart.columns - left.size() - right.size(), ' ');
  return left + right;
}

void drawSeries(const GroupedAnswer& answer, const SeriesValue& value, const SeriesOptions& options,
                const TimeWindow& window, Output& output) {
  const Timestamp now = systemClock().now();
  const Result<TimeWindow::Ends> ends = window.read(now);
  const std::optional<Microseconds> interval = parseDuration(options.interval);
  if (!ends.ok() || !interval) return;  // not reached: the answer would be a refusal

  std::vector<Table::Column> columns = groupColumns(answer.groups);
  columns.push_back({.title = "COUNT", .right = true, .leaveOut = 2});
  if (value.errors) columns.push_back({.title = "ERRORS", .right = true, .leaveOut = 1});
  columns.push_back({.title = "LEAST", .right = true, .leaveOut = 3});
  columns.push_back({.title = "MOST", .right = true, .leaveOut = 4});
  std::vector<std::vector<Table::Cell>> lines;
  for (const Series& series : seriesOf(answer)) lines.push_back(cellsOf(series, answer.groups, value));
  Table numbers(columns);
  for (const auto& line : lines) numbers.add(line);

  const SeriesChart chart = chartOf(answer, value.member, value.merge, *interval, *ends, now,
                                    sparkRoom(output.terminal, numbers.width() + kGap));
  columns.push_back({.title = axisTitle(chart, window.utc)});
  Table table(std::move(columns));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].emplace_back(sparkline(chart.series[i].columns, greatestOf(chart.series[i].columns)), Colour::Blue);
    table.add(std::move(lines[i]));
  }
  table.print(output.out, output.terminal);
  printWords(output.out, output.terminal, Colour::Dim, legend(chart, value));
}

TimeStyle SeriesOptions::times(bool utc) const {
  const std::optional<Microseconds> width = parseDuration(interval);
  return {utc, width && *width % std::chrono::seconds(1) != Microseconds(0)};
}

std::vector<std::string_view> inOrderOfTime(const GroupedAnswer& answer) {
  std::vector<std::string_view> rows = answer.rows();
  std::ranges::stable_sort(rows, {}, bucketAt);
  return rows;
}

}  // namespace xray::cli
