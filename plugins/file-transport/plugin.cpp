#include "xray/plugin.h"

#include "file_receiver.h"
#include "file_sender.h"
#include "option_table.h"

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor descriptor{
      .name = "file-transport",
      .version = "0.1.0",
      .summary = "Batches through a spool directory on this machine; survives killed processes, full disks and damage",
      .options = xray::filetransport::optionTable().data(),
      .optionCount = xray::filetransport::optionTable().size(),
      .makeSender = [](const xray::Options& options,
                       const xray::PluginContext&) { return xray::filetransport::makeSender(options); },
      .makeReceiver = [](const xray::Options& options,
                         const xray::PluginContext&) { return xray::filetransport::makeReceiver(options); },
  };
  return &descriptor;
}
