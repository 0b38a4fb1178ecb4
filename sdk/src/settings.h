#pragma once
// The SDK's configuration file as checked values.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>

#include "schema_policy.h"
#include "xray/config.h"
#include "xray/options.h"
#include "xray/plugin_loader.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray::sdk {

/// Immutable after it was read. Defaults stand in the option tables of settings.cpp; those here are for tests.
struct Settings {
  std::size_t queueBytes = std::size_t{16} << 20;
  bool blockWhenFull = false;
  Microseconds blockTimeout = std::chrono::seconds(30);
  std::size_t maxEventBytes = std::size_t{8} << 20;

  std::size_t batchBytes = std::size_t{1} << 20;
  Microseconds maxDelay = std::chrono::milliseconds(200);

  Microseconds sendTimeout = std::chrono::seconds(30);
  Microseconds retryFirst = std::chrono::milliseconds(100);
  Microseconds retryMost = std::chrono::seconds(30);

  Microseconds patience = std::chrono::seconds(1);

  Microseconds closeTimeout = std::chrono::seconds(5);
  bool logWarnings = true;

  std::shared_ptr<const SchemaPolicy> schema;  // null: runs have no schema
};

/// What a file says: the settings, and the plugins to make ends of wires from.
struct SdkConfig {
  Settings settings;
  PluginChoice transport;
  std::optional<PluginChoice> fallback;
  std::optional<PluginChoice> deadLetters;
  std::shared_ptr<PluginLoader> loader;
};

/// Every section with options of its own.
std::span<const ConfigTable> sdkConfigTables();

/// Reads everything and reports every problem in `file`; nothing when there is one. Files named in it are relative to
/// `baseDir`.
std::optional<SdkConfig> readSettings(ConfigFile& file, const std::filesystem::path& baseDir);

}  // namespace xray::sdk
