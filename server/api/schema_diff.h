#pragma once

#include <string>
#include <vector>

#include "xray/event.h"

namespace xray::server {

/// The keys that two versions of a schema differ in, as JSON Pointers that end in the key's name: "/reasoning/rule",
/// "/steps/llm/input_data/query",
/// "/step_types/llm".
struct SchemaDiff {
  std::vector<std::string> added;
  std::vector<std::string> removed;
  std::vector<std::string> changed;  // in both, with another type, required or index
};

/// From one key-list definition to another. Definitions of another kind are compared by their top-level members.
SchemaDiff diffSchemas(JsonText from, JsonText to);

}  // namespace xray::server
