#pragma once
// A descriptor that would be right, for each plugin here to spoil.

#include "xray/plugin.h"

inline xray::PluginDescriptor goodDescriptor(const char* name) {
  xray::PluginDescriptor plugin;
  plugin.name = name;
  plugin.version = "1";
  plugin.summary = "For tests.";
  plugin.makeStore = [](const xray::Options&,
                        const xray::PluginContext&) -> xray::Result<std::unique_ptr<xray::Store>> {
    return xray::Status(xray::StatusCode::Unavailable, "a store for tests");
  };
  return plugin;
}
