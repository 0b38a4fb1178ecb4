#pragma once
// SQL as PostgreSQL reads it.

#include "xray/sql/dialect.h"

namespace xray::postgres {

/// JSON is read by PostgreSQL's own operators; names of members are bound like every other value. Statements are
/// planned with their values at hand (plan_cache_mode = force_custom_plan), so expression indexes serve them all the
/// same.
class PostgresDialect final : public sql::Dialect {
 public:
  std::string placeholder(std::size_t ordinal, const sql::Value& value) const override;
  std::string later(const std::string& time, const std::string& microseconds) const override;
  std::string microseconds(const std::string& time) const override;
  Bucket bucket(sql::StatementBuilder& statement, const std::string& time, Microseconds interval) const override;
  std::string contains(const std::string& text, const std::string& needle) const override;
  std::string json(sql::StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                   sql::JsonAs as) const override;
  /// Short texts are compared with the beginning of the value, which an index can hold.
  std::string jsonCompare(sql::StatementBuilder& statement, const std::string& column,
                          std::span<const std::string> path, std::string_view operation,
                          const sql::Value& literal) const override;
  std::string jsonPresent(sql::StatementBuilder& statement, const std::string& column,
                          std::span<const std::string> path) const override;
  std::string jsonHas(sql::StatementBuilder& statement, const std::string& column, std::span<const std::string> path,
                      const sql::Value& literal) const override;
  std::string percentile(const std::string& column, int percent) const override;
  /// Holds the numbers of a group in memory, 9 bytes each, and no more than 67 million of them.
  std::string histogram(const std::string& column) const override;
};

const PostgresDialect& dialect();

/// A member of a JSON object as SQL text: the object that holds it and its name (both SQL text).
struct JsonMember {
  std::string object;
  std::string name;

  /// The value of a member that is a number, a text, a truth value; else null. Never fails.
  std::string as(sql::JsonAs type) const;
  /// The beginning of a text: what an index of texts is made of, for its entries must be short.
  std::string beginning() const;
};

}  // namespace xray::postgres
