#include "bad_plugins/bad_plugin.h"

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor plugin = [] {
    auto made = goodDescriptor("other-tag");
    made.buildTag = "gcc1-cxx11abi0-san:none";
    return made;
  }();
  return &plugin;
}
