#pragma once
// A key-list definition (wire.md section 4), read once and then only asked.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xray/event.h"
#include "xray/json.h"
#include "xray/status.h"

namespace xray {

inline constexpr std::size_t kSections = 3;
/// "input_data", "output_data", "reasoning".
std::string_view sectionName(std::size_t section);

struct KeyRule {
  std::string key;
  std::optional<JsonType> type;  // none: any
  bool required = false;
  bool index = false;
};

/// The keys of one section. Not given: every key is allowed.
struct SectionRules {
  bool given = false;
  std::vector<KeyRule> keys;  // sorted by key
  std::size_t requiredKeys = 0;

  /// The rule for the member that the cursor is at, or nullptr. Does not allocate.
  const KeyRule* find(const JsonCursor& member) const;
};

using StepRules = std::array<SectionRules, kSections>;

struct KeyList {
  bool typesGiven = false;
  std::vector<std::string> stepTypes;  // sorted
  StepRules general;
  /// For these step types: the general rules, with the sections replaced that `steps` gives.
  std::map<std::string, StepRules, std::less<>> refined;
};

/// Reads a definition.
///   InvalidArgument  `/steps/llm/reasoning/2/type: must be …, not …`
Result<KeyList> readKeyList(JsonText definition);

}  // namespace xray
