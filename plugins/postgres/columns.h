#pragma once
// Tables of columns, from which COPY and the statements over arrays are made.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "connection.h"

namespace xray::postgres {

/// A column and how its value is written.
template <typename Row>
struct Column {
  const char* name;
  Type type;
  void (*write)(BinaryBuffer& out, const Row& row);
};

template <typename Row, std::size_t count>
std::string namesOf(const Column<Row> (&columns)[count]) {
  std::string names;
  for (const auto& column : columns) names += (names.empty() ? "" : ", ") + std::string(column.name);
  return names;
}

/// "$1, $2, …"
inline std::string placeholders(std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i) text += (i == 1 ? "$" : ", $") + std::to_string(i);
  return text;
}

/// "INSERT INTO runs (…) SELECT * FROM unnest($1, $2, …)", in the order of the arrays.
template <typename Row, std::size_t count>
std::string insertText(const std::string& table, const Column<Row> (&columns)[count]) {
  return "INSERT INTO " + table + " (" + namesOf(columns) + ") SELECT * FROM unnest(" + placeholders(count) + ")";
}

/// "UPDATE runs AS t SET … FROM unnest($1, $2, …) AS n (…) WHERE t.run_id = n.run_id": the first `keys` columns tell
/// the row, the others are set.
template <typename Row, std::size_t count>
std::string updateText(const std::string& table, const Column<Row> (&columns)[count], std::size_t keys) {
  std::string set;
  std::string where;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = columns[i].name;
    std::string& part = i < keys ? where : set;
    if (!part.empty()) part += i < keys ? " AND " : ", ";
    part += i < keys ? "t." + name + " = n." + name : name + " = n." + name;
  }
  return "UPDATE " + table + " AS t SET " + set + " FROM unnest(" + placeholders(count) + ") AS n (" +
         namesOf(columns) + ") WHERE " + where;
}

template <typename Row, std::size_t count>
void addColumns(Parameters& parameters, const Column<Row> (&columns)[count], const std::vector<const Row*>& rows) {
  for (const auto& column : columns) {
    parameters.addArray(column.type, rows, [&](BinaryBuffer& out, const Row* row) { column.write(out, *row); });
  }
}

inline Call withIds(const char* name, std::string_view text, const std::vector<Id>& ids) {
  Call call{name, text};
  call.parameters.addArray(Type::Uuid, ids, [](BinaryBuffer& out, const Id& id) { out.field(id); });
  return call;
}

inline std::optional<Microseconds> durationOf(const std::optional<Timestamp>& start,
                                              const std::optional<Timestamp>& end) {
  if (!start || !end) return std::nullopt;
  return std::max(*end - *start, Microseconds(0));
}

}  // namespace xray::postgres
