// The `postgres` plugin's entry.

#include "xray/plugin.h"

#include "postgres_store.h"
#include "settings.h"

namespace {

xray::Result<std::unique_ptr<xray::Store>> makeStore(const xray::Options& options, const xray::PluginContext& context) {
  xray::Result<xray::postgres::Settings> settings = xray::postgres::readSettings(options);
  if (!settings) return settings.status();
  settings->access = context.access;
  return std::unique_ptr<xray::Store>(std::make_unique<xray::postgres::PostgresStore>(std::move(*settings)));
}

const xray::PluginDescriptor kDescriptor = {
    .name = "postgres",
    .version = "0.1.0",
    .summary = "Keeps runs and steps in a PostgreSQL database (13 and later)",
    .options = xray::postgres::optionTable().data(),
    .optionCount = xray::postgres::optionTable().size(),
    .makeStore = &makeStore,
};

}  // namespace

XRAY_PLUGIN_ENTRY {
  return &kDescriptor;
}
