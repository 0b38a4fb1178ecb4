#include "xray/sql/dialect.h"

namespace xray::sql {

Dialect::Bucket Dialect::bucket(StatementBuilder& statement, const std::string& time, Microseconds interval) const {
  const std::string at = microseconds(time);
  const std::string width = statement.bind(std::int64_t{interval.count()});
  // The remainder of a time before the epoch is negative.
  return {at + " - " + at + " % " + width + " - CASE WHEN " + at + " % " + width + " < 0 THEN " + width +
          " ELSE 0 END"};
}

std::string Dialect::jsonCompare(StatementBuilder& statement, const std::string& column,
                                 std::span<const std::string> path, std::string_view operation,
                                 const Value& literal) const {
  const JsonAs as = std::holds_alternative<double>(literal) ? JsonAs::Number
                    : std::holds_alternative<bool>(literal) ? JsonAs::Boolean
                                                            : JsonAs::Text;
  const std::string value = json(statement, column, path, as);
  return value + std::string(operation) + statement.bind(literal);
}

}  // namespace xray::sql
