#include "server/api/schema_diff.h"

#include <map>

#include "xray/json.h"

namespace xray::server {
namespace {

using Entries = std::map<std::string, std::string>;  // pointer → the entry in canonical form

std::string under(const std::string& pointer, std::string_view name) {
  std::string result = pointer;
  appendPointerToken(result, name);
  return result;
}

/// A list of keys: each entry is a name, or an object whose `key` is the name.
void addKeys(const JsonValue& list, const std::string& pointer, Entries& entries) {
  for (JsonCursor cursor(list.text); cursor.next();) {
    const JsonValue& entry = cursor.value();
    if (entry.type == JsonType::String) {
      const std::string key = entry.string();
      std::string form;
      JsonWriter(form).beginObject().key("key").string(key).endObject();
      entries.emplace(under(pointer, key), std::move(form));
    } else if (const auto key = findJsonMember(entry.text, "key"); entry.type == JsonType::Object && key) {
      entries.emplace(under(pointer, key->string()), canonicalJson(entry.text));
    }
  }
}

void addSections(std::string_view object, const std::string& pointer, Entries& entries) {
  for (JsonCursor cursor(object); cursor.next();) {
    const std::string here = under(pointer, cursor.key());
    const JsonValue& value = cursor.value();
    if (value.type == JsonType::Array) {
      addKeys(value, here, entries);
    } else if (value.type == JsonType::Object && pointer.empty() && cursor.keyEquals("steps")) {
      for (JsonCursor types(value.text); types.next();)
        addSections(types.value().text, under(here, types.key()), entries);
    } else {
      entries.emplace(here, canonicalJson(value.text));
    }
  }
}

}  // namespace

SchemaDiff diffSchemas(JsonText from, JsonText to) {
  Entries before;
  Entries after;
  addSections(from, "", before);
  addSections(to, "", after);
  SchemaDiff diff;
  for (const auto& [pointer, form] : after) {
    const auto old = before.find(pointer);
    if (old == before.end()) {
      diff.added.push_back(pointer);
    } else if (old->second != form) {
      diff.changed.push_back(pointer);
    }
  }
  for (const auto& [pointer, form] : before) {
    if (!after.contains(pointer)) diff.removed.push_back(pointer);
  }
  return diff;
}

}  // namespace xray::server
