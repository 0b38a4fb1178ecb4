#include "bad_plugins/bad_plugin.h"

// Defined nowhere: the dynamic linker cannot finish the library.
extern int symbolThatNobodyDefines;
extern "C" __attribute__((visibility("default"))) int* needsSymbol() {
  return &symbolThatNobodyDefines;
}

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor plugin = goodDescriptor("missing-symbol");
  return &plugin;
}
