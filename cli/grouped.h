#pragma once
// What the commands of the analysis (query.md section 3) have in common.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "cli/table.h"
#include "xray/analysis.h"

namespace xray::cli {

/// Options of a question that is answered in groups.
struct GroupOptions : FilterOptions {
  std::string groupBy;

  /// `allowed`: what may stand in --group-by.
  void addTo(CLI::App& command, const std::string& example, const std::string& allowed);
};

/// An answer of the analysis.
struct GroupedAnswer {
  std::string body;
  std::vector<std::string> groups;  // members of the rows that are groups, in the order asked for

  /// The rows' JSON.
  std::vector<std::string_view> rows() const;
  bool truncated() const;
};

/// Asks `question`, to which filter and groups are added; `groups`: the names in options.groupBy. Nothing: reported, or
/// written already as the JSON that was asked for.
std::optional<GroupedAnswer> askGrouped(const GroupOptions& options, Entity entity, Question question,
                                        std::vector<std::string> groups, Output& output);
/// The names of a parsed list of groups.
std::vector<std::string> namesOf(const std::vector<AnalysisField>& fields);

/// Writes the rows as comma-separated values: the groups, then `columns`.
void writeGroupedCsv(const GroupedAnswer& answer, const std::vector<std::string>& columns, Output& output);

/// True when there is no row, or only the one over nothing.
bool nothingIn(const GroupedAnswer& answer);

/// The group's values for people: "(none)" for null, an empty text as "".
std::vector<Table::Cell> groupCells(std::string_view row, const std::vector<std::string>& groups);
/// The columns of the groups.
std::vector<Table::Column> groupColumns(const std::vector<std::string>& groups);

/// Says, when it is so, that there are more rows than an answer has: under a table, or `beside` values, on standard
/// error.
void noteTruncated(const GroupedAnswer& answer, Output& output, bool beside = false);

}  // namespace xray::cli
