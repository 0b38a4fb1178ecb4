// What becomes of a step that violates its schema.

#include <algorithm>
#include <set>

#include "schema/violation_list.h"
#include "xray/json.h"
#include "xray/schema_validator.h"

namespace xray {
namespace {

constexpr std::string_view kUnclassified = "unclassified";
constexpr std::size_t kDetailed = 3;  // violations that a rejection spells out

using Pointers = std::set<std::string, std::less<>>;

std::string pointerTo(std::string_view section) {
  std::string pointer;
  appendPointerToken(pointer, section);
  return pointer;
}

bool offends(const Violation& violation) {
  return violation.kind == ViolationKind::UnknownKey || violation.kind == ViolationKind::WrongType;
}

ViolationAction actionFor(ValidationMode mode, ViolationKind kind) {
  if (mode == ValidationMode::Reject) return ViolationAction::Rejected;
  // What is missing cannot be removed.
  const bool sanitized = mode == ValidationMode::Sanitize && kind != ViolationKind::MissingKey;
  return sanitized ? ViolationAction::Sanitized : ViolationAction::Warned;
}

std::string describe(const std::vector<Violation>& violations) {
  std::string text;
  for (std::size_t i = 0; i < std::min(violations.size(), kDetailed); ++i) {
    const Violation& violation = violations[i];
    if (i != 0) text += "; ";
    text += violation.pointer.substr(0, 300) + ": " + std::string(toString(violation.kind));
    if (!violation.reason.empty()) text += ", " + violation.reason;
  }
  if (violations.size() > kDetailed) text += "; and " + std::to_string(violations.size() - kDetailed) + " more";
  return text;
}

/// Copies a value without what the pointers lead to. Recursive: as deep as the longest pointer.
class Removal {
 public:
  Removal(const Pointers& pointers, std::string_view section, std::string& out)
      : pointers_(pointers), pointer_(pointerTo(section)), out_(out) {}

  void copy(const JsonValue& value) {
    if (!leadsInside()) {
      out_ += value.text;
      return;
    }
    const bool object = value.type == JsonType::Object;
    out_ += object ? '{' : '[';
    const std::size_t begin = out_.size();
    std::size_t index = 0;
    for (JsonCursor members(value.text); members.next(); ++index) {
      const std::size_t pointerSize = pointer_.size();
      appendPointerToken(pointer_, object ? members.key() : std::to_string(index));
      if (!pointers_.contains(pointer_)) {
        if (out_.size() != begin) out_ += ',';
        if (object) appendName(members.rawKey());
        copy(members.value());
      }
      pointer_.resize(pointerSize);
    }
    out_ += object ? '}' : ']';
  }

 private:
  void appendName(std::string_view raw) {
    out_ += '"';
    out_ += raw;
    out_ += "\":";
  }
  /// Whether some pointer goes on from here.
  bool leadsInside() const {
    const auto next = pointers_.lower_bound(pointer_ + "/");
    return next != pointers_.end() && next->starts_with(pointer_) && (*next)[pointer_.size()] == '/';
  }

  const Pointers& pointers_;
  std::string pointer_;
  std::string& out_;
};

/// The section without the offending keys, or empty when it has none.
std::string sanitized(std::string_view section, JsonText payload, const Pointers& pointers) {
  const std::string pointer = pointerTo(section);
  if (pointers.contains(pointer)) return "{}";
  const auto next = pointers.lower_bound(pointer + "/");
  if (next == pointers.end() || !next->starts_with(pointer + "/")) return {};
  std::string out;
  Removal(pointers, section, out).copy(jsonValue(payload));
  return out;
}

void sanitize(const StepContent& step, const std::vector<Violation>& violations, Enforcement& result) {
  Pointers pointers;
  for (const Violation& violation : violations) {
    if (offends(violation)) pointers.insert(violation.pointer);
    if (violation.kind == ViolationKind::UnknownStepType) result.stepType = kUnclassified;
  }
  result.inputData = sanitized("input_data", step.inputData, pointers);
  result.outputData = sanitized("output_data", step.outputData, pointers);
  result.reasoning = sanitized("reasoning", step.reasoning, pointers);
}

}  // namespace

Enforcement enforceSchema(const CompiledSchema& schema, ValidationMode mode, const StepContent& step,
                          JsonText reported) {
  Enforcement result;
  std::vector<Violation> violations;
  schema.check(step, violations);
  if (violations.empty()) return result;

  result.changed = true;
  ViolationList list(reported);
  for (const Violation& violation : violations) {
    list.add(violation.pointer, violation.kind, actionFor(mode, violation.kind), violation.reason);
  }
  result.violations = list.finish();
  result.violationCount = list.count();
  if (mode == ValidationMode::Reject) {
    result.rejected = true;
    result.rejectDetail = describe(violations);
  } else if (mode == ValidationMode::Sanitize) {
    sanitize(step, violations, result);
  }
  return result;
}

}  // namespace xray
