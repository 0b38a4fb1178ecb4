#pragma once
// SQL as SQLite reads it.

#include "xray/sql/dialect.h"

namespace xray::sqlite {

/// JSON is read by the functions of json_functions.h. The path of a value stands in the text of a statement, for an
/// expression index only serves a query that has the very same expression; it is written as the hexadecimal digits of a
/// JSON Pointer, so that no character of it ever is SQL.
class SqliteDialect final : public sql::Dialect {
 public:
  std::string placeholder(std::size_t ordinal, const sql::Value& value) const override;
  std::string later(const std::string& time, const std::string& microseconds) const override;
  std::string microseconds(const std::string& time) const override { return time; }
  /// As the column duration_us is made: SQLite never takes a generated column from an index alone.
  std::string stepDuration() const override { return "max(0, s.ended_at - s.started_at)"; }
  std::string stepHasEnded() const override { return "s.ended_at IS NOT NULL"; }
  std::string contains(const std::string& text, const std::string& needle) const override;
  std::string json(sql::StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                   sql::JsonAs as) const override;
  std::string jsonPresent(sql::StatementBuilder& statement, const std::string& column,
                          std::span<const std::string> path) const override;
  std::string jsonHas(sql::StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                      const sql::Value& literal) const override;
  /// See sample_functions.h.
  std::string percentile(const std::string& column, int percent) const override;
  std::string histogram(const std::string& column) const override;
};

const SqliteDialect& dialect();

/// "xray_number(reasoning, CAST(x'2F61' AS TEXT))".
std::string jsonExpression(const std::string& column, std::span<const std::string> path, sql::JsonAs as);

}  // namespace xray::sqlite
