#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "place.h"
#include "xray/json.h"

namespace xray::jsonschema {

struct Keyword;

/// Checks JSON Schemas of draft 7: what each keyword holds, that references lead somewhere within the same section and
/// do not go round in circles, that patterns can be matched in linear time (RE2). Unknown keywords are annotations and
/// ignored, as the draft says. One thread at a time.
class SchemaReader {
 public:
  /// Borrows both: errors go to `place`, which stands at the section; patterns are added to `patterns`.
  SchemaReader(Place& place, std::set<std::string>& patterns) : place_(place), patterns_(patterns) {}

  /// The whole schema of one section. False: place_.error() says why.
  bool read(const JsonValue& schema);

 private:
  /// A subschema of the section that is being read.
  struct Node {
    std::string pointer;                   // from the definition
    std::vector<std::size_t> sameValue;    // subschemas that look at the same value: allOf, if, …
    std::optional<std::string> reference;  // pointer within the section
    std::string referencePointer;          // where it stands
  };

  /// One place where a schema stands. `parserPath`: the key under which valijson remembers it.
  std::optional<std::size_t> schema(const JsonValue& value, const std::string& parserPath);
  bool keyword(const Keyword& keyword, const JsonValue& value, std::size_t node, const std::string& parserPath);
  bool child(const JsonValue& value, std::size_t node, bool sameValue, const std::string& parserPath);
  bool schemas(const JsonValue& list, std::size_t node, bool sameValue, const std::string& parserPath);
  bool dependencies(const JsonValue& map, std::size_t node, const std::string& parserPath);
  bool reference(const JsonValue& value, std::size_t node);
  bool number(const JsonValue& value, bool positive);
  bool count(const JsonValue& value);
  bool typeNames(const JsonValue& value);
  bool names(const JsonValue& value);
  bool name(const std::string& name);
  bool pattern(const std::string& pattern);
  bool dialect(const JsonValue& value);
  bool foreign(const std::string& name, const JsonValue& value);

  bool resolveReferences();
  bool referencesEnd();

  Place& place_;
  std::set<std::string>& patterns_;
  std::size_t total_ = 0;  // subschemas of the definition so far

  // Of the section that is being read.
  std::size_t sectionBytes_ = 0;  // of its pointer
  std::vector<Node> nodes_;
  std::map<std::string, std::size_t> byPointer_;    // pointer within the section
  std::map<std::string, std::size_t> parserPaths_;  // how many subschemas valijson remembers under that key
};

}  // namespace xray::jsonschema
