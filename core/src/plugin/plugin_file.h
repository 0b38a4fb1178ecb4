#pragma once
// One plugin's file: whether it may be opened, and opening it.

#include <filesystem>
#include <string>

#include "xray/plugin.h"
#include "xray/status.h"

namespace xray {

/// Opens the file for good and returns its descriptor. Nothing of the file is executed before it is known that nobody
/// else may have written it. Errors are InvalidArgument and begin with the file's path.
Result<const PluginDescriptor*> openPluginFile(const std::filesystem::path& file, const std::string& name);

/// Where plugins are unless a configuration says otherwise: beside the library that this code is in, `xray/plugins`
/// when it is installed and `../plugins` in a build tree.
std::filesystem::path defaultPluginDir();

}  // namespace xray
