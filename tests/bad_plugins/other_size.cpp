#include "bad_plugins/bad_plugin.h"

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor plugin = [] {
    auto made = goodDescriptor("other-size");
    made.structSize = 8;
    return made;
  }();
  return &plugin;
}
