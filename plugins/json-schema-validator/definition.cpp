#include "definition.h"

#include <algorithm>
#include <optional>

#include "place.h"
#include "schema_reader.h"
#include "xray/text.h"

namespace xray::jsonschema {
namespace {

const std::vector<std::string>& sectionNames() {
  static const std::vector<std::string> names(kSectionNames.begin(), kSectionNames.end());
  return names;
}

std::optional<std::size_t> findSection(std::string_view name) {
  const auto at = std::find(kSectionNames.begin(), kSectionNames.end(), name);
  if (at == kSectionNames.end()) return std::nullopt;
  return static_cast<std::size_t>(at - kSectionNames.begin());
}

/// Reads the outline. The functions return false once place_.fail() was called.
class Outline {
 public:
  Outline() : schemas_(place_, definition_.patterns) {}

  Result<Definition> read(JsonText text) {
    if (!whole(jsonValue(text))) return Status(StatusCode::InvalidArgument, place_.error());
    return std::move(definition_);
  }

 private:
  bool whole(const JsonValue& value) {
    static const std::vector<std::string> members = {"step_types", "input_data", "output_data", "reasoning", "steps"};
    if (value.type != JsonType::Object) return place_.fail("must be an object, not " + shown(value));
    std::optional<JsonValue> refinements;
    for (JsonCursor cursor(value.text); cursor.next();) {
      const std::string name = cursor.key();
      const auto section = findSection(name);
      if (!section && std::find(members.begin(), members.end(), name) == members.end()) {
        return place_.failUnknown(name, members);
      }
      const Place::Inside inside(place_, name);
      if (name == "steps") {
        refinements = cursor.value();
      } else if (section ? !this->section(cursor.value(), definition_.general[*section]) : !stepTypes(cursor.value())) {
        return false;
      }
    }
    // Last, whatever the order of the members: they name step types.
    return !refinements || steps(*refinements);
  }

  bool stepTypes(const JsonValue& value) {
    if (value.type != JsonType::Array) return place_.fail("must be an array of strings, not " + shown(value));
    definition_.typesGiven = true;
    std::size_t index = 0;
    for (JsonCursor cursor(value.text); cursor.next(); ++index) {
      const Place::Inside inside(place_, std::to_string(index));
      if (!typeFits(index)) return false;
      if (cursor.value().type != JsonType::String) {
        return place_.fail("must be a string, not " + shown(cursor.value()));
      }
      definition_.stepTypes.push_back(cursor.value().string());
    }
    std::sort(definition_.stepTypes.begin(), definition_.stepTypes.end());
    return true;
  }

  bool steps(const JsonValue& value) {
    const Place::Inside inside(place_, "steps");
    if (value.type != JsonType::Object) return place_.fail("must be an object, not " + shown(value));
    std::size_t index = 0;
    for (JsonCursor cursor(value.text); cursor.next(); ++index) {
      const std::string stepType = cursor.key();
      const Place::Inside insideType(place_, stepType);
      if (!typeFits(index)) return false;
      const auto& types = definition_.stepTypes;
      if (definition_.typesGiven && !std::binary_search(types.begin(), types.end(), stepType)) {
        return place_.fail("is not one of step_types" + didYouMean(stepType, types));
      }
      if (!refinement(stepType, cursor.value())) return false;
    }
    return true;
  }

  bool refinement(const std::string& stepType, const JsonValue& value) {
    if (value.type != JsonType::Object) return place_.fail("must be an object, not " + shown(value));
    SectionTexts texts;
    for (JsonCursor cursor(value.text); cursor.next();) {
      const std::string name = cursor.key();
      const auto section = findSection(name);
      if (!section) return place_.failUnknown(name, sectionNames());
      const Place::Inside inside(place_, name);
      if (!this->section(cursor.value(), texts[*section])) return false;
    }
    definition_.refined.insert_or_assign(stepType, texts);
    return true;
  }

  bool section(const JsonValue& value, SectionText& text) {
    if (value.type == JsonType::Array) {
      return place_.fail("must be a JSON Schema, not an array; lists of keys are for the validator key-list");
    }
    text.schema = value;
    return schemas_.read(value);
  }

  bool typeFits(std::size_t index) {
    return index < kMaxStepTypes ||
           place_.fail("too many step types (a definition has at most " + std::to_string(kMaxStepTypes) + ")");
  }

  Definition definition_;
  Place place_;
  SchemaReader schemas_;
};

}  // namespace

Result<Definition> readDefinition(JsonText text) {
  return Outline().read(text);
}

}  // namespace xray::jsonschema
