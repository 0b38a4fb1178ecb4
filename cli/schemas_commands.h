#pragma once
// The commands below `xray schemas`.

#include <string>
#include <string_view>

#include "cli/output.h"

namespace CLI {
class App;
}

namespace xray::cli {

void addSchemaDiffCommand(CLI::App& schemas, Output& output);
void addSchemaCheckCommand(CLI::App& schemas, Output& output);

/// Appends a text as a string of the filter language.
void appendFilterString(std::string& filter, std::string_view text);

}  // namespace xray::cli
