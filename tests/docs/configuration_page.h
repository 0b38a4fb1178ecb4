#pragma once

#include <string>

namespace xray::docs {

/// docs/configuration.md: every section and option of a backend's and an SDK's file, and of each plugin of this build,
/// written from the option tables. Throws std::runtime_error when a plugin cannot be loaded.
std::string configurationPage();

/// Where it stands in the source tree.
std::string configurationPagePath();

}  // namespace xray::docs
