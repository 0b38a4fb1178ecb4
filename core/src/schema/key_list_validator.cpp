#include <algorithm>
#include <array>

#include "schema/key_list.h"
#include "xray/schema_validator.h"
#include "xray/text.h"

namespace xray {
namespace {

// Every violation tells the allowed types, unless there are more than a reader wants.
constexpr std::size_t kMaxTypesTold = 50;

class KeyListSchema : public CompiledSchema {
 public:
  explicit KeyListSchema(KeyList list) : list_(std::move(list)) {}

  void check(const StepContent& step, std::vector<Violation>& violations) const override;

 private:
  void checkType(std::string_view stepType, std::vector<Violation>& violations) const;

  const KeyList list_;
};

std::string pointerTo(std::size_t section, std::string_view key) {
  std::string pointer = "/";
  pointer += sectionName(section);
  appendPointerToken(pointer, key);
  return pointer;
}

/// Returns how many required keys are there.
std::size_t checkKeys(std::size_t section, const SectionRules& rules, JsonText payload,
                      std::vector<Violation>& violations) {
  std::size_t required = 0;
  for (JsonCursor members(payload); members.next();) {
    const KeyRule* rule = rules.find(members);
    const JsonType type = members.value().type;
    if (rule == nullptr) {
      violations.push_back({pointerTo(section, members.key()), ViolationKind::UnknownKey, ""});
      continue;
    }
    if (rule->required) ++required;
    if (rule->type && *rule->type != type) {
      std::string reason = "expected ";
      reason += toString(*rule->type);
      reason += ", found ";
      reason += toString(type);
      violations.push_back({pointerTo(section, rule->key), ViolationKind::WrongType, std::move(reason)});
    }
  }
  return required;
}

void addMissing(std::size_t section, const SectionRules& rules, JsonText payload, std::vector<Violation>& violations) {
  std::vector<bool> found(rules.keys.size());
  for (JsonCursor members(payload); members.next();) {
    if (const KeyRule* rule = rules.find(members)) found[static_cast<std::size_t>(rule - rules.keys.data())] = true;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const KeyRule& rule = rules.keys[i];
    if (rule.required && !found[i]) violations.push_back({pointerTo(section, rule.key), ViolationKind::MissingKey, ""});
  }
}

void KeyListSchema::checkType(std::string_view stepType, std::vector<Violation>& violations) const {
  if (!list_.typesGiven) return;
  if (std::binary_search(list_.stepTypes.begin(), list_.stepTypes.end(), stepType, std::less<>())) return;
  std::string reason = quoted(stepType);
  if (list_.stepTypes.size() <= kMaxTypesTold) {
    reason += didYouMean(stepType, list_.stepTypes) + " (step types: " + joinNames(list_.stepTypes) + ")";
  }
  violations.push_back({"/step_type", ViolationKind::UnknownStepType, std::move(reason)});
}

void KeyListSchema::check(const StepContent& step, std::vector<Violation>& violations) const {
  checkType(step.stepType, violations);
  const StepRules* refinement = list_.refinement(step.stepType);
  const std::array<JsonText, kSections> payloads = {step.inputData, step.outputData, step.reasoning};
  for (std::size_t section = 0; section < kSections; ++section) {
    const SectionRules& rules = list_.rules(refinement, section);
    if (!rules.given) continue;
    const std::size_t required = checkKeys(section, rules, payloads[section], violations);
    if (step.ended && required < rules.requiredKeys) addMissing(section, rules, payloads[section], violations);
  }
}

class KeyListValidator : public SchemaValidator {
 public:
  Result<std::unique_ptr<CompiledSchema>> compile(JsonText definition) const override {
    auto list = readKeyList(definition);
    if (!list.ok()) return list.status();
    return std::unique_ptr<CompiledSchema>(std::make_unique<KeyListSchema>(std::move(*list)));
  }
};

}  // namespace

std::unique_ptr<SchemaValidator> makeKeyListValidator() {
  return std::make_unique<KeyListValidator>();
}

}  // namespace xray
