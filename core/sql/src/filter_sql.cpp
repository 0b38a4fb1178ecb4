#include "xray/sql/filter_sql.h"

#include <cassert>

#include "xray/sql/dialect.h"

namespace xray::sql {
namespace {

/// The column of every field but a run's status, which is derived.
const char* columnOf(Field field) {
  switch (field) {
    case Field::RunId:
      return "r.run_id";
    case Field::ParentRunId:
      return "r.parent_run_id";
    case Field::Pipeline:
      return "r.pipeline";
    case Field::RunStatus:
      return "r.outcome";
    case Field::RunStartedAt:
      return "r.started_at";
    case Field::RunEndedAt:
      return "r.ended_at";
    case Field::LastActivityAt:
      return "r.last_activity_at";
    case Field::RunDuration:
      return "r.duration_us";
    case Field::StepCount:
      return "r.step_count";
    case Field::ErrorCount:
      return "r.error_count";
    case Field::MissingSteps:
      return "r.missing_steps";
    case Field::RunViolationCount:
      return "r.violation_count";
    case Field::SchemaName:
      return "r.schema_name";
    case Field::SchemaVersion:
      return "r.schema_version";
    case Field::RunErrorType:
      return "r.error_type";
    case Field::RunErrorMessage:
      return "r.error_message";
    case Field::Metadata:
      return "r.metadata";
    case Field::StepId:
      return "s.step_id";
    case Field::StepRunId:
      return "s.run_id";
    case Field::ParentStepId:
      return "s.parent_step_id";
    case Field::Name:
      return "s.name";
    case Field::StepType:
      return "s.step_type";
    case Field::StepStatus:
      return "s.status";
    case Field::StepStartedAt:
      return "s.started_at";
    case Field::StepEndedAt:
      return "s.ended_at";
    case Field::StepDuration:
      return "s.duration_us";
    case Field::Seq:
      return "s.seq";
    case Field::StepViolationCount:
      return "s.violation_count";
    case Field::SchemaChecked:
      return "s.schema_checked";
    case Field::StepErrorType:
      return "s.error_type";
    case Field::StepErrorMessage:
      return "s.error_message";
    case Field::InputData:
      return "s.input_data";
    case Field::OutputData:
      return "s.output_data";
    case Field::Reasoning:
      return "s.reasoning";
  }
  return "";
}

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

/// Terminal statuses are stored. Of the others the clock decides, so they are conditions over the run's last activity.
std::string lowerRunStatus(const Restriction& restriction, const ReadContext& context, StatementBuilder& statement) {
  if (restriction.comparator == Comparator::Present) return "1 = 1";
  const auto status = std::get<RunStatus>(restriction.literal);
  std::string condition;
  if (status == RunStatus::Completed || status == RunStatus::Crashed) {
    condition = "r.outcome = " + statement.bind(std::string(toString(status)));
  } else {
    const std::string timeout =
        "COALESCE(r.timeout_us, " + statement.bind(std::int64_t{context.incompleteAfter.count()}) + ")";
    const std::string past = statement.dialect().later("r.last_activity_at", timeout);
    condition = "(r.outcome IS NULL AND " + past + (status == RunStatus::Incomplete ? " < " : " >= ") +
                statement.bind(context.now) + ")";
  }
  return restriction.comparator == Comparator::Equal ? condition : "(" + condition + ") IS NOT TRUE";
}

std::string lowerJson(const Restriction& restriction, StatementBuilder& statement) {
  const Dialect& dialect = statement.dialect();
  const char* column = columnOf(restriction.field);
  if (restriction.comparator == Comparator::Present) return dialect.jsonPresent(statement, column, restriction.path);
  const Value literal = valueOf(restriction.literal);
  if (restriction.comparator == Comparator::Has) return dialect.jsonHas(statement, column, restriction.path, literal);
  const JsonAs as = std::holds_alternative<double>(literal) ? JsonAs::Number
                    : std::holds_alternative<bool>(literal) ? JsonAs::Boolean
                                                            : JsonAs::Text;
  const std::string value = dialect.json(statement, column, restriction.path, as);
  return value + operatorOf(restriction.comparator) + statement.bind(literal);
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
