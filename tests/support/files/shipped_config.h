#pragma once
// What is asked of the configuration files that come with X-Ray.

#include <span>
#include <string>
#include <vector>

#include "xray/config.h"
#include "xray/plugin.h"

namespace xray::test {

/// The options that a plugin of this build has for one of its kinds.
std::vector<OptionSpec> optionsOf(const std::string& plugin, PluginKinds kind);

/// Every option that is not required has its default, unless it is taken from the environment.
void expectDefaults(const PluginChoice& choice, PluginKinds kind);

/// The file (relative to the source tree) names every option in its section, "" being the top, with a comment behind it
/// or a line further down.
void expectExplained(const std::string& file, const std::string& section, std::span<const OptionSpec> options);

}  // namespace xray::test
