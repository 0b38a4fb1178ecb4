#include "xray/sql/filter_sql.h"

#include <cassert>

#include "columns.h"
#include "xray/sql/dialect.h"

namespace xray::sql {
namespace {

const char* operatorOf(Comparator comparator) {
  switch (comparator) {
    case Comparator::Equal:
      return " = ";
    case Comparator::NotEqual:
      return " <> ";
    case Comparator::Less:
      return " < ";
    case Comparator::LessEqual:
      return " <= ";
    case Comparator::Greater:
      return " > ";
    case Comparator::GreaterEqual:
      return " >= ";
    case Comparator::Has:
    case Comparator::Present:
      break;
  }
  assert(false && "has and present are no operators");
  return "";
}

/// The literal as it is bound.
Value valueOf(const Literal& literal) {
  return std::visit(
      [](const auto& value) -> Value {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Microseconds>) {
          return static_cast<std::int64_t>(value.count());
        } else if constexpr (std::is_same_v<T, RunStatus> || std::is_same_v<T, StepStatus>) {
          return std::string(toString(value));
        } else {
          return value;
        }
      },
      literal);
}

std::string lowerRunStatus(const Restriction& restriction, const ReadContext& context, StatementBuilder& statement) {
  if (restriction.comparator == Comparator::Present) return "1 = 1";
  const std::string condition = runStatusIs(std::get<RunStatus>(restriction.literal), context, statement);
  return restriction.comparator == Comparator::Equal ? condition : "(" + condition + ") IS NOT TRUE";
}

std::string lowerJson(const Restriction& restriction, StatementBuilder& statement) {
  const Dialect& dialect = statement.dialect();
  const char* column = columnOf(restriction.field);
  if (restriction.comparator == Comparator::Present) return dialect.jsonPresent(statement, column, restriction.path);
  const Value literal = valueOf(restriction.literal);
  if (restriction.comparator == Comparator::Has) return dialect.jsonHas(statement, column, restriction.path, literal);
  return dialect.jsonCompare(statement, column, restriction.path, operatorOf(restriction.comparator), literal);
}

std::string lowerRestriction(const Restriction& restriction, const ReadContext& context, StatementBuilder& statement) {
  const FieldType type = typeOf(restriction.field);
  if (type == FieldType::RunStatus) return lowerRunStatus(restriction, context, statement);
  if (type == FieldType::Json) return lowerJson(restriction, statement);
  const std::string column = columnOf(restriction.field);
  if (restriction.comparator == Comparator::Present) return column + " IS NOT NULL";
  if (restriction.comparator == Comparator::Has) {
    return statement.dialect().contains(column, statement.bind(valueOf(restriction.literal)));
  }
  // Integers meet a double literal as doubles on every store; some databases would compare them exactly, others not.
  const std::string left = type == FieldType::Number ? "CAST(" + column + " AS DOUBLE PRECISION)" : column;
  return left + operatorOf(restriction.comparator) + statement.bind(valueOf(restriction.literal));
}

}  // namespace

std::string lowerFilter(const FilterNode& node, const ReadContext& context, StatementBuilder& statement) {
  switch (node.kind) {
    case FilterNode::Kind::Restriction:
      return lowerRestriction(node.restriction, context, statement);
    case FilterNode::Kind::Not:
      // Not "NOT": a comparison with a missing value is null, and NOT of it has to be true.
      return "((" + lowerFilter(*node.children.front(), context, statement) + ") IS NOT TRUE)";
    case FilterNode::Kind::AnyStep:
      return "EXISTS (SELECT 1 FROM steps s WHERE s.run_id = r.run_id AND " +
             lowerFilter(*node.children.front(), context, statement) + ")";
    case FilterNode::Kind::And:
    case FilterNode::Kind::Or:
      break;
  }
  const char* separator = "(";
  std::string text;
  for (const auto& child : node.children) {
    text += separator + lowerFilter(*child, context, statement);
    separator = node.kind == FilterNode::Kind::And ? " AND " : " OR ";
  }
  return text + ")";
}

bool usesRunFields(const FilterNode& node) {
  if (node.kind == FilterNode::Kind::Restriction) return entityOf(node.restriction.field) == Entity::Run;
  for (const auto& child : node.children) {
    if (usesRunFields(*child)) return true;
  }
  return false;
}

}  // namespace xray::sql
