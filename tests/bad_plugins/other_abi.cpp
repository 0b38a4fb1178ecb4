#include "bad_plugins/bad_plugin.h"

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor plugin = [] {
    auto made = goodDescriptor("other-abi");
    made.abi = 999;
    made.structSize = 8;  // another ABI is told as such, whatever else differs
    made.name = nullptr;
    return made;
  }();
  return &plugin;
}
