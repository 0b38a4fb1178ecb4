#pragma once

#include <span>

#include "xray/plugin.h"

namespace xray {

/// The plugins that need no file, by name: `key-list`, `memory`.
std::span<const PluginDescriptor> builtinPlugins();

}  // namespace xray
