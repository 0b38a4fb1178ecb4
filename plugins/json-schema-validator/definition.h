#pragma once
// A definition of JSON Schemas, read and checked as far as can be done before valijson sees it.

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "xray/event.h"
#include "xray/json.h"
#include "xray/status.h"

namespace xray::jsonschema {

inline constexpr std::array<std::string_view, 3> kSectionNames = {"input_data", "output_data", "reasoning"};
inline constexpr std::size_t kSections = kSectionNames.size();

// Of one definition.
inline constexpr std::size_t kMaxSchemas = 10'000;  // subschemas of all sections, refinements included
inline constexpr std::size_t kMaxStepTypes = 1'000;
inline constexpr std::size_t kMaxPatterns = 100;  // different ones
inline constexpr std::size_t kMaxPatternBytes = 1'024;

/// The schema of one section as JSON; a view into the definition. Empty text: none, everything is allowed.
struct SectionText {
  JsonValue schema;
  bool given() const { return !schema.text.empty(); }
};
using SectionTexts = std::array<SectionText, kSections>;

struct Definition {
  bool typesGiven = false;
  std::vector<std::string> stepTypes;  // sorted
  SectionTexts general;
  std::map<std::string, SectionTexts, std::less<>> refined;  // by step type
  std::set<std::string> patterns;                            // of `pattern` and `patternProperties`
};

/// Reads a definition: its outline, and in each schema every keyword of draft 7. After it valijson accepts the schemas,
/// every `$ref` leads to a schema of its section, and following references without descending into a value ends.
///   InvalidArgument  `/reasoning/properties/score/type: must be …, not …`
Result<Definition> readDefinition(JsonText text);

}  // namespace xray::jsonschema
