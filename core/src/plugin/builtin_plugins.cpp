#include "plugin/builtin_plugins.h"

#include <array>

#include "xray/memory_store.h"

namespace xray {
namespace {

PluginDescriptor describe(const char* name, const char* summary) {
  PluginDescriptor plugin;
  plugin.name = name;
  plugin.version = "1";
  plugin.summary = summary;
  return plugin;
}

std::array<PluginDescriptor, 2> describeAll() {
  PluginDescriptor keyList = describe("key-list", "Checks steps against lists of allowed keys and their types.");
  keyList.makeValidator = [](const Options&, const PluginContext&) -> Result<std::unique_ptr<SchemaValidator>> {
    return makeKeyListValidator();
  };
  PluginDescriptor memory = describe("memory", "Keeps everything in memory, for tests and trials; nothing survives.");
  memory.makeStore = [](const Options&, const PluginContext&) -> Result<std::unique_ptr<Store>> {
    return makeMemoryStore();
  };
  return {keyList, memory};
}

}  // namespace

std::span<const PluginDescriptor> builtinPlugins() {
  static const std::array<PluginDescriptor, 2> plugins = describeAll();
  return plugins;
}

}  // namespace xray
