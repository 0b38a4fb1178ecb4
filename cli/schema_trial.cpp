#include "cli/schema_trial.h"

#include <algorithm>

#include "cli/format.h"
#include "cli/pointer.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

std::string_view objectIn(std::string_view step, std::string_view member) {
  const auto value = findJsonMember(step, member);
  return value && value->type == JsonType::Object ? value->text : "{}";
}

}  // namespace

void SchemaTrial::add(std::string_view step) {
  ++steps_;
  const std::string type = memberString(step, "step_type");
  const std::string name = memberString(step, "name");
  violations_.clear();
  schema_->check({type, objectIn(step, "input_data"), objectIn(step, "output_data"), objectIn(step, "reasoning"),
                  memberString(step, "status") != "running"},
                 violations_);
  if (!violations_.empty()) ++violatingSteps_;
  std::set<std::string> counted;  // a key that is wrong in several places of a list is one
  for (const Violation& violation : violations_) {
    const std::string pointer = withoutPlaces(violation.pointer);
    std::string key = name + '\0' + type + '\0' + pointer + '\0' + std::string(toString(violation.kind));
    if (!counted.insert(key).second) continue;
    if (found_.size() >= kMaxFindings && !found_.contains(key)) {
      ++notListed_;
      continue;
    }
    Finding& finding = found_[std::move(key)];
    if (finding.steps++ == 0) finding = {name, type, pointer, violation.kind, 1, memberString(step, "run_id")};
  }
}

std::vector<SchemaTrial::Finding> SchemaTrial::findings() const {
  std::vector<Finding> all;
  for (const auto& [key, finding] : found_) all.push_back(finding);
  std::ranges::stable_sort(all, std::greater<>(), &Finding::steps);
  return all;
}

}  // namespace xray::cli
