// The entry: what the loader sees of this plugin.

#include <xray/plugin.h>

#include <iterator>

#include "journal_store.h"

namespace {

constexpr xray::OptionSpec kOptions[] = {
    {.name = "path",
     .type = xray::OptionType::Text,
     .fallback = nullptr,
     .help = "The journal; made when it is not there."},
    {.name = "sync",
     .type = xray::OptionType::Boolean,
     .fallback = "true",
     .help = "Wait for the disk before events are acknowledged. Without it a power cut may take the last of them."},
};

xray::Result<std::unique_ptr<xray::Store>> makeStore(const xray::Options& options, const xray::PluginContext& context) {
  // Each option has been checked alone; what does not go together, or what the table cannot say, is checked here.
  if (options.text("path").empty()) {
    return xray::Status(xray::StatusCode::InvalidArgument, "\"path\" is empty; it names the journal");
  }
  return std::unique_ptr<xray::Store>(
      std::make_unique<journal::JournalStore>(options.text("path"), options.boolean("sync"), context.access));
}

constexpr xray::PluginDescriptor kDescriptor{
    .name = "journal",
    .version = "1.0",
    .summary = "Keeps runs and steps in memory and in a journal, one line an append",
    .options = kOptions,
    .optionCount = std::size(kOptions),
    .makeStore = &makeStore,
};

}  // namespace

XRAY_PLUGIN_ENTRY {
  return &kDescriptor;
}
