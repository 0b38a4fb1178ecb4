#include "simulate/definition.h"

#include <fstream>
#include <iterator>
#include <map>

#include "xray/json.h"

namespace simulate {
namespace {

using xray::JsonCursor;
using xray::JsonType;

/// Each key with its entry as an object's canonical text.
using Keys = std::map<KeyPlace, std::string>;

/// "rule" says the same as {"key": "rule"}.
std::string entryText(const xray::JsonValue& entry) {
  return xray::canonicalJson(entry.type == JsonType::String ? "{\"key\":" + std::string(entry.text) + "}"
                                                            : std::string(entry.text));
}

std::string nameOf(const xray::JsonValue& entry) {
  if (entry.type == JsonType::String) return entry.string();
  const auto key = xray::findJsonMember(entry.text, "key");
  return key && key->type == JsonType::String ? key->string() : "";
}

xray::Result<Keys> keysIn(const std::filesystem::path& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto wrong = [&](const std::string& what) {
    return xray::Status(xray::StatusCode::InvalidArgument, file.string() + ": " + what);
  };
  if (!in.good()) return wrong("cannot be read");
  const auto facts = xray::checkJson(text, 16);
  if (!facts) return wrong(facts.status().message());
  if (facts->type != JsonType::Object) return wrong("a definition is a JSON object");
  Keys keys;
  const auto steps = xray::findJsonMember(facts->text, "steps");
  for (JsonCursor type(steps ? steps->text : ""); type.next();) {
    for (JsonCursor section(type.value().text); section.next();) {
      for (JsonCursor entry(section.value().text); entry.next();) {
        keys[{type.key(), section.key(), nameOf(entry.value())}] = entryText(entry.value());
      }
    }
  }
  return keys;
}

}  // namespace

std::filesystem::path definitionFile(const std::filesystem::path& folder, const std::string& name, int version) {
  return folder / (name + "." + std::to_string(version) + ".json");
}

xray::Result<DefinitionChange> changeBetween(const std::filesystem::path& from, const std::filesystem::path& to) {
  const auto before = keysIn(from);
  if (!before) return before.status();
  const auto after = keysIn(to);
  if (!after) return after.status();
  DefinitionChange change;
  for (const auto& [place, entry] : *before) {
    const auto same = after->find(place);
    if (same == after->end()) {
      change.removed.push_back(place);
    } else if (same->second != entry) {
      change.changed.push_back(place);
    }
  }
  for (const auto& [place, entry] : *after) {
    if (!before->contains(place)) change.added.push_back(place);
  }
  return change;
}

}  // namespace simulate
