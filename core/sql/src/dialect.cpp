#include "xray/sql/dialect.h"

namespace xray::sql {

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
