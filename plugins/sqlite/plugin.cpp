// The `sqlite` plugin's entry.

#include "xray/plugin.h"

#include "sqlite_store.h"

namespace {

constexpr xray::OptionSpec kOptions[] = {
    {"path", xray::OptionType::Text, nullptr,
     "The database file. Made (readable by its owner only) where it does not exist; its directory must.",
     xray::kStorePlugin},
    {"read_connections", xray::OptionType::Integer, "4",
     "How many queries are answered at the same time; more wait for their turn.", xray::kStorePlugin, 1, 64},
    {"busy_timeout", xray::OptionType::Duration, "500ms",
     "How long a call waits for a lock that another program (a sqlite3 shell) holds before it answers that the store "
     "is unavailable.",
     xray::kStorePlugin, 0, 60'000'000},
    {"cache_size", xray::OptionType::Bytes, "16MiB",
     "Memory for pages, of each connection. Raise it when queries over large stores read much from the disk.",
     xray::kStorePlugin, std::int64_t{1} << 20, std::int64_t{64} << 30},
};

xray::Result<std::unique_ptr<xray::Store>> makeStore(const xray::Options& options, const xray::PluginContext& context) {
  xray::sqlite::SqliteOptions chosen;
  chosen.path = options.text("path");
  chosen.readConnections = static_cast<std::size_t>(options.integer("read_connections"));
  chosen.busyTimeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("busy_timeout"));
  chosen.cacheBytes = options.integer("cache_size");
  chosen.access = context.access;
  if (chosen.path.empty()) {
    return xray::Status(xray::StatusCode::InvalidArgument, "\"path\" is empty; it names the database file");
  }
  return std::unique_ptr<xray::Store>(std::make_unique<xray::sqlite::SqliteStore>(std::move(chosen)));
}

constexpr xray::PluginDescriptor kDescriptor = {
    .name = "sqlite",
    .version = "0.1.0",
    .summary = "Keeps runs and steps in one SQLite file on this machine",
    .options = kOptions,
    .optionCount = std::size(kOptions),
    .makeStore = &makeStore,
};

}  // namespace

XRAY_PLUGIN_ENTRY {
  return &kDescriptor;
}
