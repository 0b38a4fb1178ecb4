// Which keys a definition wants to be found fast. It belongs to the definition, not to the validator that the backend
// was told to use: a store keeps its indexes whatever checks the steps.

#include <algorithm>
#include <array>
#include <unordered_set>

#include "schema/key_list.h"
#include "xray/schema_validator.h"

namespace xray {
namespace {

/// Collects keys by section, each once.
class Wishes {
 public:
  void add(std::size_t section, const std::string& key) {
    if (seen_[section].insert(key).second) wishes_.push_back({std::string(sectionName(section)), key});
  }
  bool full() const { return wishes_.size() >= kMaxKeys; }
  std::vector<IndexWish> take() { return std::move(wishes_); }

 private:
  std::array<std::unordered_set<std::string>, kSections> seen_;
  std::vector<IndexWish> wishes_;
};

void addKeys(const StepRules& rules, Wishes& wishes) {
  for (std::size_t section = 0; section < kSections; ++section) {
    for (const KeyRule& rule : rules[section].keys) {
      if (rule.index) wishes.add(section, rule.key);
    }
  }
}

/// `"properties": {"score": {"x-index": true}}` of each section that is a JSON Schema.
void addProperties(std::string_view sections, Wishes& wishes) {
  for (std::size_t section = 0; section < kSections; ++section) {
    const auto schema = findJsonMember(sections, sectionName(section));
    if (!schema || schema->type != JsonType::Object) continue;
    const auto properties = findJsonMember(schema->text, "properties");
    if (!properties || properties->type != JsonType::Object) continue;
    for (JsonCursor property(properties->text); property.next() && !wishes.full();) {
      if (property.value().type != JsonType::Object) continue;
      const auto mark = findJsonMember(property.value().text, "x-index");
      if (mark && mark->type == JsonType::Boolean && mark->boolean()) wishes.add(section, property.key());
    }
  }
}

}  // namespace

std::vector<IndexWish> indexWishes(JsonText definition) {
  Wishes wishes;
  if (const auto list = readKeyList(definition); list.ok()) {
    addKeys(list->general, wishes);
    for (const auto& [stepType, rules] : list->refined) addKeys(rules, wishes);
    return wishes.take();
  }
  addProperties(definition, wishes);
  if (const auto steps = findJsonMember(definition, "steps"); steps && steps->type == JsonType::Object) {
    for (JsonCursor refinement(steps->text); refinement.next();) {
      if (refinement.value().type == JsonType::Object) addProperties(refinement.value().text, wishes);
    }
  }
  return wishes.take();
}

}  // namespace xray
