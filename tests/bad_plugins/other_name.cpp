#include "bad_plugins/bad_plugin.h"

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor plugin = goodDescriptor("somebody-else");
  return &plugin;
}
