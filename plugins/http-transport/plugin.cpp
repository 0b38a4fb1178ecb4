#include "xray/plugin.h"

#include "http_receiver.h"
#include "http_sender.h"
#include "option_table.h"

XRAY_PLUGIN_ENTRY {
  static const xray::PluginDescriptor descriptor{
      .name = "http-transport",
      .version = "0.1.0",
      .summary = "Batches over HTTP/1.1: POST /v1/events, gzip or zstd, retries until the deadline",
      .options = xray::httptransport::optionTable().data(),
      .optionCount = xray::httptransport::optionTable().size(),
      .makeSender = [](const xray::Options& options,
                       const xray::PluginContext&) { return xray::httptransport::makeSender(options); },
      .makeReceiver = [](const xray::Options& options,
                         const xray::PluginContext&) { return xray::httptransport::makeReceiver(options); },
  };
  return &descriptor;
}
