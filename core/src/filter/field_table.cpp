#include "filter/field_table.h"

#include <algorithm>
#include <array>
#include <span>

#include "filter/scanner.h"
#include "xray/text.h"

namespace xray {
namespace {

struct FieldRow {
  Field field;
  std::string_view name;
  FieldType type;
};

// In the order of the enumeration, so that a field is its own index.
constexpr std::array kFields{
    FieldRow{Field::RunId, "run_id", FieldType::Id},
    FieldRow{Field::ParentRunId, "parent_run_id", FieldType::Id},
    FieldRow{Field::Pipeline, "pipeline", FieldType::String},
    FieldRow{Field::RunStatus, "status", FieldType::RunStatus},
    FieldRow{Field::RunStartedAt, "started_at", FieldType::Time},
    FieldRow{Field::RunEndedAt, "ended_at", FieldType::Time},
    FieldRow{Field::LastActivityAt, "last_activity_at", FieldType::Time},
    FieldRow{Field::RunDuration, "duration", FieldType::Duration},
    FieldRow{Field::StepCount, "step_count", FieldType::Number},
    FieldRow{Field::ErrorCount, "error_count", FieldType::Number},
    FieldRow{Field::MissingSteps, "missing_steps", FieldType::Number},
    FieldRow{Field::RunViolationCount, "violation_count", FieldType::Number},
    FieldRow{Field::SchemaName, "schema.name", FieldType::String},
    FieldRow{Field::SchemaVersion, "schema.version", FieldType::Number},
    FieldRow{Field::RunErrorType, "error.type", FieldType::String},
    FieldRow{Field::RunErrorMessage, "error.message", FieldType::String},
    FieldRow{Field::Metadata, "metadata", FieldType::Json},
    FieldRow{Field::StepId, "step_id", FieldType::Id},
    FieldRow{Field::StepRunId, "run_id", FieldType::Id},
    FieldRow{Field::ParentStepId, "parent_step_id", FieldType::Id},
    FieldRow{Field::Name, "name", FieldType::String},
    FieldRow{Field::StepType, "step_type", FieldType::String},
    FieldRow{Field::StepStatus, "status", FieldType::StepStatus},
    FieldRow{Field::StepStartedAt, "started_at", FieldType::Time},
    FieldRow{Field::StepEndedAt, "ended_at", FieldType::Time},
    FieldRow{Field::StepDuration, "duration", FieldType::Duration},
    FieldRow{Field::Seq, "seq", FieldType::Number},
    FieldRow{Field::StepViolationCount, "violation_count", FieldType::Number},
    FieldRow{Field::SchemaChecked, "schema_checked", FieldType::Boolean},
    FieldRow{Field::StepErrorType, "error.type", FieldType::String},
    FieldRow{Field::StepErrorMessage, "error.message", FieldType::String},
    FieldRow{Field::InputData, "input_data", FieldType::Json},
    FieldRow{Field::OutputData, "output_data", FieldType::Json},
    FieldRow{Field::Reasoning, "reasoning", FieldType::Json},
};

constexpr bool rowsStandInOrder() {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (static_cast<std::size_t>(kFields[i].field) != i) return false;
  }
  return kFields.size() == static_cast<std::size_t>(Field::Reasoning) + 1;
}
static_assert(rowsStandInOrder());

const FieldRow& rowOf(Field field) {
  return kFields[static_cast<std::size_t>(field)];
}

std::span<const FieldRow> rowsOf(Entity entity) {
  constexpr auto kFirstOfStep = static_cast<std::size_t>(Field::StepId);
  const std::span<const FieldRow> all(kFields);
  return entity == Entity::Run ? all.first(kFirstOfStep) : all.subspan(kFirstOfStep);
}

}  // namespace

FieldType typeOf(Field field) {
  return rowOf(field).type;
}
Entity entityOf(Field field) {
  return field < Field::StepId ? Entity::Run : Entity::Step;
}
std::string_view nameOf(Field field) {
  return rowOf(field).name;
}

namespace filter {
namespace {

using Names = std::span<const std::string>;

/// True when the names are the row's name, taken apart at its dot.
bool namesAre(Names names, std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return names.size() == 1 && names[0] == name;
  return names.size() == 2 && names[0] == name.substr(0, dot) && names[1] == name.substr(dot + 1);
}

const FieldRow* findRow(Names names, Entity entity) {
  for (const FieldRow& row : rowsOf(entity)) {
    const bool json = row.type == FieldType::Json;
    if (json ? !names.empty() && names[0] == row.name : namesAre(names, row.name)) return &row;
  }
  return nullptr;
}

bool isIdentifier(const std::string& name) {
  return !name.empty() && Scanner(name).peekIdentifier() == name;
}

/// As a filter has to write them.
std::string dotted(Names names) {
  std::string out;
  for (const std::string& name : names) {
    if (&name != &names.front()) out += '.';
    out += isIdentifier(name) ? name : quoted(name);
  }
  return out;
}

/// The nearest field of the entity as a person would write it, or empty.
std::string nearestField(Names names, Entity entity) {
  std::vector<std::string> jsonFields;
  std::vector<std::string> plainFields;
  for (const FieldRow& row : rowsOf(entity)) {
    (row.type == FieldType::Json ? jsonFields : plainFields).emplace_back(row.name);
  }
  if (names.size() > 1) {
    // What follows a JSON field's name is free, so it must not count as distance.
    const std::string json = nearestName(names[0], jsonFields);
    if (!json.empty()) return json + "." + dotted(names.subspan(1));
  }
  const std::string whole = dotted(names);
  for (const std::string& field : plainFields) {
    if (field.starts_with(whole + ".")) return field;
  }
  if (entity == Entity::Run) plainFields.emplace_back("steps");
  std::string nearest = nearestName(whole, plainFields);
  if (nearest.empty() && names.size() == 1) nearest = nearestName(whole, jsonFields);
  return nearest;
}

/// What follows `unknown field "…"`.
std::string advice(Names names, Entity entity, const std::string& prefix) {
  const auto didYouMean = [](const std::string& field) { return "; did you mean " + quoted(field) + "?"; };
  const FieldRow* ofStep = findRow(names, Entity::Step);
  const bool inRuns = entity == Entity::Run && prefix.empty();
  if (inRuns && names.size() > 1 && names[0] == "run" && findRow(names.subspan(1), Entity::Run)) {
    return didYouMean(dotted(names.subspan(1)));
  }
  if (inRuns && ofStep) {
    const std::string field = std::string(ofStep->name) + (ofStep->type == FieldType::Json ? ".<path>" : "");
    return "; it is a field of steps: write steps:(" + field + " …)";
  }
  if (!prefix.empty() && ofStep) return didYouMean(dotted(names));
  if (entity == Entity::Step && findRow(names, Entity::Run)) return didYouMean("run." + dotted(names));
  const std::string nearest = nearestField(names, entity);
  if (!nearest.empty()) return didYouMean(prefix + nearest);
  std::vector<std::string> all;
  for (const FieldRow& row : rowsOf(entity)) {
    all.push_back(prefix + std::string(row.name) + (row.type == FieldType::Json ? ".<path>" : ""));
  }
  return " (fields: " + joinNames(all) + ")";
}

}  // namespace

Result<FieldPath> findField(const std::vector<std::string>& names, std::string_view written, Entity entity,
                            std::size_t position) {
  Names rest(names);
  std::string prefix;
  if (entity == Entity::Step && names[0] == "run") {
    rest = rest.subspan(1);
    entity = Entity::Run;
    prefix = "run.";
    if (rest.empty()) return errorAt(position, "\"run\" needs a field of the run, such as run.status");
    if (rest[0] == "steps") return errorAt(position, "run.steps is not allowed: the filter is about steps already");
  }
  const FieldRow* row = findRow(rest, entity);
  if (!row) return errorAt(position, "unknown field " + quoted(written) + advice(rest, entity, prefix));
  FieldPath found{row->field, {}};
  if (row->type == FieldType::Json) found.path.assign(rest.begin() + 1, rest.end());
  if (row->type == FieldType::Json && found.path.empty()) {
    return errorAt(position, prefix + std::string(row->name) + " needs the name of a member: " + prefix +
                                 std::string(row->name) + ".<path>");
  }
  return found;
}

}  // namespace filter
}  // namespace xray
