#pragma once
// Comma-separated values (RFC 4180) out of the read API's rows, as the API itself exports them.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/pages.h"
#include "cli/terminal.h"

namespace xray::cli {

/// Columns by the names of the members that they show. Immutable.
class Csv {
 public:
  explicit Csv(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  /// The line of names.
  std::string head() const;
  /// A row: texts and numbers as they are, objects and arrays as JSON, nothing for null and "" for an empty text.
  std::string line(std::string_view row) const;
  /// Of values that are no members.
  static std::string lineOf(const std::vector<std::string>& values);

 private:
  std::vector<std::string> columns_;
};

/// Those of the lists: every member of the API's rows.
Csv runsCsv();
Csv stepsCsv();

/// Writes what goes to a file as it is, and to a terminal harmless.
void writeCsv(std::ostream& out, const Terminal& terminal, std::string_view line);
/// A list: the names, then its rows.
void writeCsv(std::ostream& out, const Terminal& terminal, const Listing& listing, const Csv& csv);

}  // namespace xray::cli
