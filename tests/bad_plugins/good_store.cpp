// A store plugin whose table has an option of every type; its store is the in-memory one.
#include "xray/memory_store.h"
#include "xray/plugin.h"

using xray::OptionType;

XRAY_PLUGIN_ENTRY {
  static const xray::OptionSpec options[] = {
      {.name = "path", .type = OptionType::Text, .fallback = nullptr, .help = "The file."},
      {.name = "label", .type = OptionType::Text, .fallback = "", .help = "A name for people."},
      {.name = "password", .type = OptionType::Secret, .fallback = "", .help = "What opens it."},
      {.name = "pool_size",
       .type = OptionType::Integer,
       .fallback = "4",
       .help = "Connections.",
       .minimum = 1,
       .maximum = 64},
      {.name = "wal", .type = OptionType::Boolean, .fallback = "true", .help = "Write ahead."},
      {.name = "timeout",
       .type = OptionType::Duration,
       .fallback = "5s",
       .help = "How long to wait.",
       .minimum = 1000,
       .maximum = 60'000'000},
      {.name = "cache", .type = OptionType::Bytes, .fallback = "8MiB", .help = "Memory.", .minimum = 4096},
      {.name = "sync",
       .type = OptionType::Choice,
       .fallback = "full",
       .help = "How durable.",
       .allowed = "off|normal|full"},
      {.name = "tags", .type = OptionType::TextList, .fallback = "[a, b]", .help = "Words."},
  };
  static const xray::PluginDescriptor plugin = [] {
    xray::PluginDescriptor made;
    made.name = "good-store";
    made.version = "1";
    made.summary = "For tests.";
    made.options = options;
    made.optionCount = std::size(options);
    made.makeStore = [](const xray::Options&,
                        const xray::PluginContext&) -> xray::Result<std::unique_ptr<xray::Store>> {
      return xray::makeMemoryStore();
    };
    return made;
  }();
  return &plugin;
}
