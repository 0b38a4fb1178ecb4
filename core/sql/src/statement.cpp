#include "xray/sql/statement.h"

#include "xray/sql/dialect.h"

namespace xray::sql {

std::string StatementBuilder::bind(Value value) {
  statement_.values.push_back(std::move(value));
  return dialect_.placeholder(statement_.values.size(), statement_.values.back());
}

}  // namespace xray::sql
