#include "xray/plugin.h"

XRAY_PLUGIN_ENTRY {
  return nullptr;
}
