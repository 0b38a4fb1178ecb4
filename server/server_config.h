#pragma once
// The backend's configuration file, read and checked.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/ingest/ingest_options.h"
#include "xray/config.h"
#include "xray/http/listen_address.h"
#include "xray/plugin_loader.h"

namespace xray::server {

/// A value type, constant after it was loaded.
struct ServerConfig {
  PluginChoice store;
  std::vector<PluginChoice> receivers;  // none: nothing can be recorded, what is stored can be read
  http::ListenAddress apiListen;
  unsigned apiThreads = 2;
  Microseconds queryTimeout{};
  PluginChoice validator;
  ValidationMode validationMode = ValidationMode::Warn;
  Microseconds incompleteAfter{};
  IngestOptions ingest;
  std::string logLevel;  // as spdlog names it
};

/// A configuration and the loader that found its plugins.
struct LoadedConfig {
  ServerConfig config;
  std::unique_ptr<PluginLoader> plugins;
};

/// Reads and checks a whole file; loads the plugins that it names, opens nothing.
///   InvalidArgument  every problem of the file, one a line
Result<LoadedConfig> loadServerConfig(const std::filesystem::path& path);
/// The same of a file that was read already.
Result<LoadedConfig> loadServerConfig(ConfigFile file);

/// Every section with options of its own.
std::span<const ConfigTable> serverConfigTables();

}  // namespace xray::server
