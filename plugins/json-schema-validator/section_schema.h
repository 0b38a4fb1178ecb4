#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "xray/json.h"
#include "xray/schema_validator.h"

namespace valijson {
class Schema;
}

namespace xray::jsonschema {

class Pattern;

/// The compiled patterns of a definition, by their text.
using Patterns = std::unordered_map<std::string, Pattern>;

/// What one check may cost, and what it may tell.
struct CheckLimits {
  std::size_t maxViolations = 10'000;  // of one section; a section with more is wrong as a whole
  std::size_t maxDepth = 300;          // schemas within schemas at one time
  /// Schemas applied in one section. References can make a small definition ask for exponentially many.
  std::size_t maxApplied = 200'000;
  std::size_t appliedPerByte = 8;  // on top, for each byte of the section
};

/// The JSON Schema of one section, compiled by valijson. Immutable, thread-safe.
class SectionSchema {
 public:
  /// `schema` passed SchemaReader. Throws what valijson throws (std::exception), which is then a bug of SchemaReader.
  /// `patterns` holds every pattern of the schema and is shared by the schemas of a definition.
  SectionSchema(const JsonValue& schema, std::shared_ptr<const Patterns> patterns, const CheckLimits& limits = {});
  ~SectionSchema();

  /// Appends what is wrong with a value that stands at `pointer` in the step; each pointer and kind once. Of a value
  /// that may still grow (`ended` false) nothing is said that more members could change.
  void check(const JsonValue& value, std::string_view pointer, bool ended, std::vector<Violation>& violations) const;

 private:
  std::unique_ptr<const valijson::Schema> schema_;
  std::shared_ptr<const Patterns> patterns_;
  CheckLimits limits_;
};

}  // namespace xray::jsonschema
