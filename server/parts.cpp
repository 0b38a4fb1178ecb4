#include "server/parts.h"

namespace xray::server {

Status in(const std::string& place, const Status& status) {
  return Status(status.code(), place + ": " + status.message());
}

Result<Parts> makeParts(const LoadedConfig& loaded, const Clock& clock) {
  PluginLoader& plugins = *loaded.plugins;
  const ServerConfig& config = loaded.config;
  const PluginContext context{&clock};
  Parts parts;
  auto validator = plugins.makeValidator(config.validator.plugin, config.validator.options, context);
  if (!validator.ok()) return in("validation " + config.validator.plugin, validator.status());
  parts.validator = std::move(*validator);
  auto store = plugins.makeStore(config.store.plugin, config.store.options, context);
  if (!store.ok()) return in("store " + config.store.plugin, store.status());
  parts.store = std::move(*store);
  for (const PluginChoice& choice : config.receivers) {
    auto receiver = plugins.makeReceiver(choice.plugin, choice.options, context);
    if (!receiver.ok()) return in("receiver " + choice.plugin, receiver.status());
    parts.receivers.push_back({choice.plugin, std::move(*receiver)});
  }
  return parts;
}

}  // namespace xray::server
