#include "memory/filter_match.h"

#include <algorithm>

#include "xray/json.h"

namespace xray::memory {
namespace {

/// A field's value, of the same types as literals; monostate: missing.
using Value = Literal;

template <typename T>
Value valueOr(const std::optional<T>& value) {
  if (!value) return {};
  return Value(*value);
}

Value number(std::int64_t value) {
  return static_cast<double>(value);
}
Value number(const std::optional<std::int64_t>& value) {
  return value ? number(*value) : Value();
}

/// Only for fields of a run that are not JSON.
Value runValue(Field field, const RunSubject& subject) {
  const Run& run = subject.run;
  const auto& terminal = subject.facts->terminal();
  switch (field) {
    case Field::RunId:
      return run.runId;
    case Field::ParentRunId:
      return valueOr(run.parentRunId);
    case Field::Pipeline:
      return valueOr(run.pipeline);
    case Field::RunStatus:
      return run.status;
    case Field::RunStartedAt:
      return run.startedAt;
    case Field::RunEndedAt:
      return valueOr(run.endedAt);
    case Field::LastActivityAt:
      return run.lastActivityAt;
    case Field::RunDuration:
      return valueOr(run.duration);
    case Field::StepCount:
      return number(run.stepCount);
    case Field::ErrorCount:
      return number(run.errorCount);
    case Field::MissingSteps:
      return number(run.missingSteps);
    case Field::RunViolationCount:
      return number(run.violationCount);
    case Field::SchemaName:
      return run.schema ? Value(run.schema->name) : Value();
    case Field::SchemaVersion:
      return run.schema ? number(run.schema->version) : Value();
    case Field::RunErrorType:
      return terminal ? valueOr(terminal->errorType) : Value();
    case Field::RunErrorMessage:
      return terminal ? valueOr(terminal->errorMessage) : Value();
    default:
      return {};
  }
}

/// Only for fields of a step that are not JSON.
Value stepValue(Field field, const StepFact& fact) {
  const Step& step = fact.step;
  switch (field) {
    case Field::StepId:
      return step.stepId;
    case Field::StepRunId:
      return step.runId;
    case Field::ParentStepId:
      return valueOr(step.parentStepId);
    case Field::Name:
      return step.name;
    case Field::StepType:
      return step.stepType;
    case Field::StepStatus:
      return step.status;
    case Field::StepStartedAt:
      return step.startedAt;
    case Field::StepEndedAt:
      return valueOr(step.endedAt);
    case Field::StepDuration:
      return valueOr(step.duration);
    case Field::Seq:
      return number(step.seq);
    case Field::StepViolationCount:
      return number(fact.violationCount);
    case Field::SchemaChecked:
      return step.schemaChecked;
    case Field::StepErrorType:
      return valueOr(fact.errorType);
    case Field::StepErrorMessage:
      return valueOr(fact.errorMessage);
    default:
      return {};
  }
}

/// Values of one type. Strings compare by their bytes.
template <typename T>
bool compare(const T& value, Comparator comparator, const T& literal) {
  switch (comparator) {
    case Comparator::Equal:
      return value == literal;
    case Comparator::NotEqual:
      return value != literal;
    case Comparator::Less:
      return value < literal;
    case Comparator::LessEqual:
      return value <= literal;
    case Comparator::Greater:
      return value > literal;
    case Comparator::GreaterEqual:
      return value >= literal;
    case Comparator::Has:
      if constexpr (std::is_same_v<T, std::string>) return value.find(literal) != std::string::npos;
      return false;
    case Comparator::Present:
      return true;
  }
  return false;
}

/// False for a missing value, and for values of different types.
bool compareValues(const Value& value, Comparator comparator, const Literal& literal) {
  if (std::holds_alternative<std::monostate>(value)) return false;
  if (comparator == Comparator::Present) return true;
  return std::visit(
      [&]<typename T>(const T& left) {
        const T* right = std::get_if<T>(&literal);
        return right != nullptr && compare(left, comparator, *right);
      },
      value);
}

/// Missing for null, arrays and objects.
Value scalar(const JsonValue& json) {
  switch (json.type) {
    case JsonType::Boolean:
      return json.boolean();
    case JsonType::Number:
      return json.number();
    case JsonType::String:
      return json.string();
    case JsonType::Null:
    case JsonType::Object:
    case JsonType::Array:
      break;
  }
  return {};
}

bool arrayHas(const JsonValue& array, const Literal& literal) {
  for (JsonCursor element(array.text); element.next();) {
    if (compareValues(scalar(element.value()), Comparator::Equal, literal)) return true;
  }
  return false;
}

/// The JSON text of a JSON field.
const std::string& jsonOf(Field field, const RunSubject& run, const StepFact* step) {
  if (field == Field::InputData) return step->step.inputData;
  if (field == Field::OutputData) return step->step.outputData;
  return field == Field::Reasoning ? step->step.reasoning : run.run.metadata;
}

bool jsonMatches(std::string_view text, const Restriction& restriction) {
  const auto found = findJson(text, restriction.path);
  if (!found || found->type == JsonType::Null) return false;
  if (restriction.comparator == Comparator::Present) return true;
  if (restriction.comparator == Comparator::Has && found->type == JsonType::Array) {
    return arrayHas(*found, restriction.literal);
  }
  if (restriction.comparator == Comparator::Has && found->type == JsonType::Object) {
    const auto* name = std::get_if<std::string>(&restriction.literal);
    return name != nullptr && findJsonMember(found->text, *name).has_value();
  }
  return compareValues(scalar(*found), restriction.comparator, restriction.literal);
}

bool restrictionMatches(const Restriction& restriction, const RunSubject& run, const StepFact* step) {
  if (typeOf(restriction.field) == FieldType::Json) {
    return jsonMatches(jsonOf(restriction.field, run, step), restriction);
  }
  return compareValues(fieldValue(restriction.field, {}, run, step), restriction.comparator, restriction.literal);
}

/// `step` is null for a filter over runs, outside steps:( … ).
bool nodeMatches(const FilterNode& node, const RunSubject& run, const StepFact* step) {
  const auto matches = [&](const auto& child) { return nodeMatches(*child, run, step); };
  switch (node.kind) {
    case FilterNode::Kind::And:
      return std::ranges::all_of(node.children, matches);
    case FilterNode::Kind::Or:
      return std::ranges::any_of(node.children, matches);
    case FilterNode::Kind::Not:
      return !matches(node.children.front());
    case FilterNode::Kind::Restriction:
      return restrictionMatches(node.restriction, run, step);
    case FilterNode::Kind::AnyStep:
      break;
  }
  return std::ranges::any_of(run.facts->steps(), [&](const auto& entry) {
    return nodeMatches(*node.children.front(), run, &entry.second.current());
  });
}

}  // namespace

Literal fieldValue(Field field, const std::vector<std::string>& path, const RunSubject& run, const StepFact* step) {
  if (typeOf(field) == FieldType::Json) {
    const auto found = findJson(jsonOf(field, run, step), path);
    return found ? scalar(*found) : Value();
  }
  return entityOf(field) == Entity::Run ? runValue(field, run) : stepValue(field, *step);
}

bool matches(const Filter* filter, const RunSubject& run) {
  return filter == nullptr || !filter->root || nodeMatches(*filter->root, run, nullptr);
}

bool matches(const Filter* filter, const RunSubject& run, const StepFact& step) {
  return filter == nullptr || !filter->root || nodeMatches(*filter->root, run, &step);
}

}  // namespace xray::memory
