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
// Of one definition; schema_validator.h names them to users.
inline constexpr std::size_t kMaxKeys = 10'000;  // as listed: all sections and refinements together
inline constexpr std::size_t kMaxStepTypes = 1'000;

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
  /// What `steps` gives, by step type. A section not given here is as in `general`, which is not copied: a definition
  /// takes memory for the keys that it lists.
  std::map<std::string, StepRules, std::less<>> refined;

  /// The refinement of a step type, or nullptr.
  const StepRules* refinement(std::string_view stepType) const;
  /// The rules of a section under `refinement` (may be nullptr).
  const SectionRules& rules(const StepRules* refinement, std::size_t section) const {
    return refinement != nullptr && (*refinement)[section].given ? (*refinement)[section] : general[section];
  }
};

/// Reads a definition.
///   InvalidArgument  `/steps/llm/reasoning/2/type: must be …, not …`; also over kMaxKeys or kMaxStepTypes
Result<KeyList> readKeyList(JsonText definition);

}  // namespace xray
