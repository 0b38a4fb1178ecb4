#include "bad_plugins/bad_plugin.h"

using xray::OptionType;

XRAY_PLUGIN_ENTRY {
  static const xray::OptionSpec options[] = {
      {.name = "pool_size", .type = OptionType::Integer, .fallback = "100", .help = "Connections.", .maximum = 64},
  };
  static const xray::PluginDescriptor plugin = [] {
    auto made = goodDescriptor("bad-table");
    made.options = options;
    made.optionCount = 1;
    return made;
  }();
  return &plugin;
}
