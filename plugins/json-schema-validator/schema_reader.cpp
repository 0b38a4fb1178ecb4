#include "schema_reader.h"

#include <algorithm>
#include <array>

#include "definition.h"
#include "json_number.h"
#include "pattern.h"
#include "xray/text.h"

namespace xray::jsonschema {

namespace {

enum class Shape {
  Any,
  Text,
  Boolean,
  Number,
  PositiveNumber,
  Count,
  List,
  TypeNames,
  Names,
  Pattern,
  Schema,
  SchemaList,
  NamedSchemas,
  PatternSchemas,
  Items,
  Dependencies,
  Reference,
  Dialect
};

}  // namespace

struct Keyword {
  const char* name;
  Shape shape;
  bool sameValue = false;  // its subschemas look at the same value as the schema that holds them
};

namespace {

constexpr std::array kKeywords = {
    Keyword{"$ref", Shape::Reference},
    Keyword{"$schema", Shape::Dialect},
    Keyword{"$comment", Shape::Text},
    Keyword{"title", Shape::Text},
    Keyword{"description", Shape::Text},
    Keyword{"format", Shape::Text},
    Keyword{"definitions", Shape::NamedSchemas},
    Keyword{"$defs", Shape::NamedSchemas},
    Keyword{"type", Shape::TypeNames},
    Keyword{"enum", Shape::List},
    Keyword{"const", Shape::Any},
    Keyword{"multipleOf", Shape::PositiveNumber},
    Keyword{"maximum", Shape::Number},
    Keyword{"exclusiveMaximum", Shape::Number},
    Keyword{"minimum", Shape::Number},
    Keyword{"exclusiveMinimum", Shape::Number},
    Keyword{"maxLength", Shape::Count},
    Keyword{"minLength", Shape::Count},
    Keyword{"pattern", Shape::Pattern},
    Keyword{"items", Shape::Items},
    Keyword{"additionalItems", Shape::Schema},
    Keyword{"maxItems", Shape::Count},
    Keyword{"minItems", Shape::Count},
    Keyword{"uniqueItems", Shape::Boolean},
    Keyword{"contains", Shape::Schema},
    Keyword{"maxProperties", Shape::Count},
    Keyword{"minProperties", Shape::Count},
    Keyword{"required", Shape::Names},
    Keyword{"properties", Shape::NamedSchemas},
    Keyword{"patternProperties", Shape::PatternSchemas},
    Keyword{"additionalProperties", Shape::Schema},
    Keyword{"propertyNames", Shape::Schema},
    Keyword{"dependencies", Shape::Dependencies, true},
    Keyword{"if", Shape::Schema, true},
    Keyword{"then", Shape::Schema, true},
    Keyword{"else", Shape::Schema, true},
    Keyword{"allOf", Shape::SchemaList, true},
    Keyword{"anyOf", Shape::SchemaList, true},
    Keyword{"oneOf", Shape::SchemaList, true},
    Keyword{"not", Shape::Schema, true},
    Keyword{"x-index", Shape::Boolean},
};

const std::vector<std::string>& typeNameList() {
  static const std::vector<std::string> names = {"string", "number", "integer", "boolean", "object", "array", "null"};
  return names;
}

/// `%41` of a URI fragment is `A`; nothing for a broken escape.
std::optional<std::string> percentDecoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || kDigits.find(text[i + 1]) == kDigits.npos ||
        kDigits.find(text[i + 2]) == kDigits.npos) {
      return std::nullopt;
    }
    out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return out;
}

}  // namespace

bool SchemaReader::read(const JsonValue& schema) {
  sectionBytes_ = place_.pointer().size();
  nodes_.clear();
  byPointer_.clear();
  parserPaths_.clear();
  return this->schema(schema, "") && resolveReferences() && referencesEnd();
}

std::optional<std::size_t> SchemaReader::schema(const JsonValue& value, const std::string& parserPath) {
  if (value.type != JsonType::Object && value.type != JsonType::Boolean) {
    place_.fail("must be a JSON Schema (an object, true or false), not " + shown(value));
    return std::nullopt;
  }
  if (++total_ > kMaxSchemas) {
    place_.fail("too many schemas (a definition has at most " + std::to_string(kMaxSchemas) +
                ", those within others included)");
    return std::nullopt;
  }
  const std::size_t node = nodes_.size();
  nodes_.emplace_back().pointer = place_.pointer();
  byPointer_.emplace(place_.pointer().substr(sectionBytes_), node);
  ++parserPaths_[parserPath];
  for (JsonCursor members(value.text); members.next();) {
    const std::string name = members.key();
    const Place::Inside inside(place_, name);
    const auto known =
        std::find_if(kKeywords.begin(), kKeywords.end(), [&](const Keyword& one) { return one.name == name; });
    const bool fine = known == kKeywords.end() ? foreign(name, members.value())
                                               : keyword(*known, members.value(), node, parserPath + "/" + name);
    if (!fine) return std::nullopt;
  }
  return node;
}

bool SchemaReader::keyword(const Keyword& keyword, const JsonValue& value, std::size_t node,
                           const std::string& parserPath) {
  switch (keyword.shape) {
    case Shape::Any:
      return true;
    case Shape::Text:
      return value.type == JsonType::String || place_.fail("must be a string, not " + shown(value));
    case Shape::Boolean:
      return value.type == JsonType::Boolean || place_.fail("must be true or false, not " + shown(value));
    case Shape::Number:
    case Shape::PositiveNumber:
      return number(value, keyword.shape == Shape::PositiveNumber);
    case Shape::Count:
      return count(value);
    case Shape::List:
      return value.type == JsonType::Array || place_.fail("must be an array of values, not " + shown(value));
    case Shape::TypeNames:
      return typeNames(value);
    case Shape::Names:
      return names(value);
    case Shape::Pattern:
      if (value.type != JsonType::String) return place_.fail("must be a string, not " + shown(value));
      return pattern(value.string());
    case Shape::Schema:
      // valijson remembers the schema of propertyNames under the key of the schema that holds it.
      return child(value, node, keyword.sameValue,
                   std::string_view(keyword.name) == "propertyNames"
                       ? parserPath.substr(0, parserPath.size() - std::string_view("/propertyNames").size())
                       : parserPath);
    case Shape::SchemaList:
      return schemas(value, node, keyword.sameValue, parserPath);
    case Shape::Items:
      return value.type == JsonType::Array ? schemas(value, node, false, parserPath)
                                           : child(value, node, false, parserPath);
    case Shape::NamedSchemas:
    case Shape::PatternSchemas:
      if (value.type != JsonType::Object) return place_.fail("must be an object of schemas, not " + shown(value));
      for (JsonCursor members(value.text); members.next();) {
        const Place::Inside inside(place_, members.key());
        if (keyword.shape == Shape::PatternSchemas ? !pattern(members.key()) : !name(members.key())) return false;
        if (!child(members.value(), node, false, parserPath + "/" + members.key())) return false;
      }
      return true;
    case Shape::Dependencies:
      return dependencies(value, node, parserPath);
    case Shape::Reference:
      return reference(value, node);
    case Shape::Dialect:
      return dialect(value);
  }
  return true;
}

bool SchemaReader::child(const JsonValue& value, std::size_t node, bool sameValue, const std::string& parserPath) {
  const auto child = schema(value, parserPath);
  if (child && sameValue) nodes_[node].sameValue.push_back(*child);
  return child.has_value();
}

bool SchemaReader::schemas(const JsonValue& list, std::size_t node, bool sameValue, const std::string& parserPath) {
  if (list.type != JsonType::Array) return place_.fail("must be an array of schemas, not " + shown(list));
  std::size_t index = 0;
  for (JsonCursor items(list.text); items.next(); ++index) {
    const Place::Inside inside(place_, std::to_string(index));
    if (!child(items.value(), node, sameValue, parserPath + "/" + std::to_string(index))) return false;
  }
  return index > 0 || !sameValue || place_.fail("must not be empty");
}

bool SchemaReader::dependencies(const JsonValue& map, std::size_t node, const std::string& parserPath) {
  if (map.type != JsonType::Object) {
    return place_.fail("must be an object of schemas or lists of names, not " + shown(map));
  }
  for (JsonCursor members(map.text); members.next();) {
    const Place::Inside inside(place_, members.key());
    if (!name(members.key())) return false;
    const bool fine = members.value().type == JsonType::Array
                          ? names(members.value())
                          : child(members.value(), node, true, parserPath + "/" + members.key());
    if (!fine) return false;
  }
  return true;
}

bool SchemaReader::reference(const JsonValue& value, std::size_t node) {
  if (value.type != JsonType::String) return place_.fail("must be a string, not " + shown(value));
  const std::string text = value.string();
  const auto pointer = text.starts_with('#') ? percentDecoded(std::string_view(text).substr(1)) : std::nullopt;
  if (!pointer || (!pointer->empty() && !pointer->starts_with('/'))) {
    return place_.fail("must lead to a schema of this section, as \"#\" or \"#/definitions/name\", not " +
                       quoted(text) + "; nothing is read from files or the network");
  }
  if (pointer->ends_with('/') || pointer->find("//") != std::string::npos) {
    return place_.fail("leads through an empty name, which is not supported: " + quoted(text));
  }
  nodes_[node].reference = *pointer;
  nodes_[node].referencePointer = place_.pointer();
  return true;
}

bool SchemaReader::number(const JsonValue& value, bool positive) {
  if (value.type != JsonType::Number) return place_.fail("must be a number, not " + shown(value));
  return !positive || value.number() > 0 || place_.fail("must be more than 0, not " + shown(value));
}

bool SchemaReader::count(const JsonValue& value) {
  const auto integer = integerOf(value);
  return (integer && *integer >= 0) || place_.fail("must be an integer of 0 or more, not " + shown(value));
}

bool SchemaReader::typeNames(const JsonValue& value) {
  const auto& known = typeNameList();
  const auto one = [&](const JsonValue& type) {
    const std::string name = type.type == JsonType::String ? type.string() : "";
    return std::find(known.begin(), known.end(), name) != known.end() ||
           place_.fail("must be one of " + joinNames(known) + ", not " + shown(type) + didYouMean(name, known));
  };
  if (value.type != JsonType::Array) return one(value);
  std::size_t index = 0;
  for (JsonCursor items(value.text); items.next(); ++index) {
    const Place::Inside inside(place_, std::to_string(index));
    if (!one(items.value())) return false;
  }
  return index > 0 || place_.fail("must not be empty");
}

bool SchemaReader::names(const JsonValue& value) {
  if (value.type != JsonType::Array) return place_.fail("must be an array of names, not " + shown(value));
  std::size_t index = 0;
  for (JsonCursor items(value.text); items.next(); ++index) {
    const Place::Inside inside(place_, std::to_string(index));
    if (items.value().type != JsonType::String) return place_.fail("must be a string, not " + shown(items.value()));
    if (!name(items.value().string())) return false;
  }
  return true;
}

bool SchemaReader::name(const std::string& name) {
  // valijson would cut it there. Events never bring one: it is replaced when they are decoded.
  return name.find('\0') == std::string::npos || place_.fail("the name holds a NUL character");
}

bool SchemaReader::pattern(const std::string& pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return place_.fail("the pattern is longer than " + std::to_string(kMaxPatternBytes) + " bytes");
  }
  if (!name(pattern) || patterns_.contains(pattern)) return patterns_.contains(pattern);
  if (patterns_.size() == kMaxPatterns) {
    return place_.fail("too many patterns (a definition has at most " + std::to_string(kMaxPatterns) + ")");
  }
  const Pattern compiled(pattern);
  if (!compiled.ok()) {
    return place_.fail(
        "not a pattern that can be matched in linear time (RE2's syntax: no lookaround, no "
        "back-references): " +
        compiled.error());
  }
  patterns_.insert(pattern);
  return true;
}

bool SchemaReader::dialect(const JsonValue& value) {
  if (value.type != JsonType::String) return place_.fail("must be a string, not " + shown(value));
  return value.string().find("json-schema.org/draft-07/schema") != std::string::npos ||
         place_.fail("must be http://json-schema.org/draft-07/schema#, the only dialect here, not " + shown(value));
}

/// Keywords that draft 7 does not know, but that valijson, or a reader, would take for something.
bool SchemaReader::foreign(const std::string& name, const JsonValue& value) {
  if (name == "$id" && place_.pointer().size() != sectionBytes_ + std::string_view("/$id").size()) {
    return place_.fail("may only stand at the top of a section's schema");
  }
  if (name == "id" && value.type == JsonType::String) {
    return place_.fail("is of draft 4; in draft 7 it is \"$id\"");
  }
  if (name == "divisibleBy" || name == "disallow" || name == "extends") {
    return place_.fail("is of draft 3; draft 7 has multipleOf, not and allOf");
  }
  return true;
}

}  // namespace xray::jsonschema
