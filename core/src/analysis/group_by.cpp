// What group_by and field name.

#include <algorithm>
#include <array>
#include <span>

#include "filter/field_table.h"
#include "filter/scanner.h"
#include "xray/analysis.h"
#include "xray/text.h"

namespace xray {
namespace {

struct NamedField {
  std::string_view name;
  Field field;
};

constexpr std::array kOfSteps{
    NamedField{"step_type", Field::StepType},   NamedField{"name", Field::Name},
    NamedField{"status", Field::StepStatus},    NamedField{"run.pipeline", Field::Pipeline},
    NamedField{"run.status", Field::RunStatus}, NamedField{"run.schema.version", Field::SchemaVersion},
};
constexpr std::array kOfRuns{
    NamedField{"status", Field::RunStatus},
    NamedField{"pipeline", Field::Pipeline},
    NamedField{"schema.version", Field::SchemaVersion},
};
constexpr std::array kFailureKeys{FailureKey::StepType, FailureKey::Name, FailureKey::Pipeline, FailureKey::ErrorType,
                                  FailureKey::Rule};

Status refuse(const std::string& what) {
  return Status(StatusCode::InvalidArgument, what);
}

Status namedTwice(std::string_view name) {
  return refuse("group_by: " + quoted(name) + " is named twice");
}

/// The parts of a comma list without blanks around them. Commas in quotes part nothing.
std::vector<std::string_view> partsOf(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  char quote = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (quote && i < text.size()) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ',') {
      std::string_view part = text.substr(start, i - start);
      part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
      part.remove_suffix(part.size() - std::min(part.find_last_not_of(" \t") + 1, part.size()));
      parts.push_back(part);
      start = i + 1;
    }
  }
  return parts;
}

bool isBlank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

/// What a part of the filter language found wrong, without the position in a filter.
Status withoutPosition(const Status& status) {
  const std::string& message = status.message();
  return refuse(message.starts_with("filter:") ? message.substr(message.find(' ') + 1) : message);
}

/// The path into a JSON field that a text names, or why it does not.
Result<AnalysisField> parsePath(std::string_view text) {
  if (!isUtf8(text) || text.find('\0') != std::string_view::npos || text.size() > kMaxFilterBytes) {
    return refuse("a path is UTF-8 without NUL, of at most " + std::to_string(kMaxFilterBytes) + " bytes");
  }
  filter::Scanner scanner(text);
  auto names = scanner.fieldNames();
  if (!names) return withoutPosition(names.status());
  if (!scanner.atEnd()) return refuse("expected a field, found " + quoted(text));
  auto found = filter::findField(*names, text, Entity::Step, 0);
  if (!found) return withoutPosition(found.status());
  if (typeOf(found->field) != FieldType::Json) return refuse(quoted(text) + " is no JSON field");
  return AnalysisField{std::string(text), found->field, std::move(found->path)};
}

std::vector<std::string> namesOf(std::span<const NamedField> fields) {
  std::vector<std::string> names;
  for (const NamedField& field : fields) names.emplace_back(field.name);
  return names;
}

/// The field that one name of a list over steps or runs stands for.
Result<AnalysisField> fieldNamed(std::string_view name, std::span<const NamedField> allowed, bool paths) {
  if (const auto found = std::ranges::find(allowed, name, &NamedField::name); found != allowed.end()) {
    return AnalysisField{std::string(name), found->field, {}};
  }
  const std::vector<std::string> names = namesOf(allowed);
  const std::string all = " (allowed: " + joinNames(names) + (paths ? ", or one path such as reasoning.rule)" : ")");
  if (paths && name.find_first_of(".\"'") != std::string_view::npos) {
    Result<AnalysisField> path = parsePath(name);
    return path ? path : refuse(path.status().message() + all);
  }
  const std::string ofRun = "run." + std::string(name);
  const bool meansRun = std::ranges::find(names, ofRun) != names.end();
  return refuse(quoted(name) + " is not allowed" +
                (meansRun ? "; did you mean \"" + ofRun + "\"?" : didYouMean(name, names)) + all);
}

bool hasPath(const AnalysisField& field) {
  return !field.path.empty();
}

}  // namespace

std::string_view toString(FailureKey key) {
  switch (key) {
    case FailureKey::StepType:
      return "step_type";
    case FailureKey::Name:
      return "name";
    case FailureKey::Pipeline:
      return "run.pipeline";
    case FailureKey::ErrorType:
      return "error.type";
    case FailureKey::Rule:
      break;
  }
  return "rule";
}

Result<std::vector<AnalysisField>> parseGroupBy(std::string_view text, GroupedQuestion question) {
  std::vector<AnalysisField> keys;
  if (isBlank(text)) return keys;
  const bool ofRuns = question == GroupedQuestion::RunCounts;
  const std::span<const NamedField> allowed = ofRuns ? std::span<const NamedField>(kOfRuns) : kOfSteps;
  for (const std::string_view name : partsOf(text)) {
    Result<AnalysisField> field = fieldNamed(name, allowed, !ofRuns);
    if (!field) return refuse("group_by: " + field.status().message());
    if (std::ranges::find(keys, name, &AnalysisField::name) != keys.end()) return namedTwice(name);
    if (hasPath(*field) && std::ranges::any_of(keys, hasPath)) {
      return refuse("group_by: " + quoted(name) + ": only one path is allowed");
    }
    keys.push_back(std::move(*field));
  }
  return keys;
}

Result<std::vector<FailureKey>> parseFailureGroupBy(std::string_view text) {
  if (isBlank(text)) return std::vector<FailureKey>{FailureKey::StepType};
  std::vector<std::string> names;
  for (const FailureKey key : kFailureKeys) names.emplace_back(toString(key));
  std::vector<FailureKey> keys;
  for (const std::string_view name : partsOf(text)) {
    const auto found = std::ranges::find(kFailureKeys, name, [](FailureKey key) { return toString(key); });
    if (found == kFailureKeys.end()) {
      return refuse("group_by: " + quoted(name) + " is not allowed" + didYouMean(name, names) +
                    " (allowed: " + joinNames(names) + ")");
    }
    if (std::ranges::find(keys, *found) != keys.end()) return namedTwice(name);
    keys.push_back(*found);
  }
  return keys;
}

Result<AnalysisField> parseValueField(std::string_view text) {
  Result<AnalysisField> field = parsePath(text);
  return field ? field : refuse("field: " + field.status().message());
}

}  // namespace xray
