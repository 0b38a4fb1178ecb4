#include "cli/grouped.h"

#include <CLI/CLI.hpp>

#include "cli/csv.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

/// Paths keep their letters, for a path with others is another one.
std::string titleOf(const std::string& group) {
  for (const char* payload : {"input_data.", "output_data.", "reasoning.", "metadata.", "run.metadata."}) {
    if (group.starts_with(payload)) return harmless(group);
  }
  std::string title = harmless(group);
  for (char& c : title) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return title;
}

}  // namespace

void GroupOptions::addTo(CLI::App& command, const std::string& example, const std::string& allowed) {
  FilterOptions::addTo(command, example);
  addCsvTo(command);
  command.add_option("--group-by", groupBy, "One row for each value of these, a comma list of " + allowed)
      ->type_name("NAMES")
      ->capture_default_str();
}

std::vector<std::string_view> GroupedAnswer::rows() const {
  std::vector<std::string_view> rows;
  if (const auto list = findJsonMember(body, "rows")) {
    for (JsonCursor cursor(list->text); cursor.next();) rows.push_back(cursor.value().text);
  }
  return rows;
}

bool GroupedAnswer::truncated() const {
  const auto member = findJsonMember(body, "truncated");
  return member && member->type == JsonType::Boolean && member->boolean();
}

std::optional<GroupedAnswer> askGrouped(const GroupOptions& options, Entity entity, Question question,
                                        std::vector<std::string> groups, Output& output) {
  const std::optional<std::string> filter = options.filter(entity, output);
  if (!filter) return std::nullopt;
  if (!filter->empty()) question.parameters.emplace_back("filter", *filter);
  if (!options.groupBy.empty()) question.parameters.emplace_back("group_by", options.groupBy);
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return std::nullopt;
  Result<Answer> answer = source->ask(question);
  const Status status = answer.ok() ? statusOf(*answer) : answer.status();
  if (!status.ok()) {
    report(output, status, *filter);
    return std::nullopt;
  }
  if (options.format() == Format::Json) {
    output.out << answer->body << '\n';
    return std::nullopt;
  }
  return GroupedAnswer{std::move(answer->body), std::move(groups)};
}

std::vector<std::string> namesOf(const std::vector<AnalysisField>& fields) {
  std::vector<std::string> names;
  for (const AnalysisField& field : fields) names.push_back(field.name);
  return names;
}

void writeGroupedCsv(const GroupedAnswer& answer, const std::vector<std::string>& columns, Output& output) {
  std::vector<std::string> names = answer.groups;
  names.insert(names.end(), columns.begin(), columns.end());
  const Csv csv(std::move(names));
  writeCsv(output.out, output.terminal, csv.head());
  for (const std::string_view row : answer.rows()) writeCsv(output.out, output.terminal, csv.line(row));
  noteTruncated(answer, output, true);
}

bool nothingIn(const GroupedAnswer& answer) {
  const std::vector<std::string_view> rows = answer.rows();
  return rows.empty() || (rows.size() == 1 && answer.groups.empty() && memberNumber(rows.front(), "count") == 0.0 &&
                          memberNumber(rows.front(), "missing").value_or(0) == 0.0);
}

std::vector<Table::Cell> groupCells(std::string_view row, const std::vector<std::string>& groups) {
  std::vector<Table::Cell> cells;
  for (const std::string& group : groups) {
    const std::optional<JsonValue> value = findJsonMember(row, group);
    if (!value || value->type == JsonType::Null) {
      cells.emplace_back("(none)", Colour::Dim);
    } else if (const std::string text = memberText(row, group); !text.empty()) {
      cells.emplace_back(text);
    } else {
      cells.emplace_back("\"\"", Colour::Dim);
    }
  }
  return cells;
}

std::vector<Table::Column> groupColumns(const std::vector<std::string>& groups) {
  std::vector<Table::Column> columns;
  const std::size_t atLeast = groups.size() > 2 ? 6 : 8;
  for (const std::string& group : groups) columns.push_back({.title = titleOf(group), .atLeast = atLeast});
  return columns;
}

void noteTruncated(const GroupedAnswer& answer, Output& output, bool beside) {
  if (!answer.truncated()) return;
  (beside ? output.error : output.out) << "… there are more; an answer has the " << kMaxAnalysisRows
                                       << " rows with the greatest counts.\n";
}

}  // namespace xray::cli
