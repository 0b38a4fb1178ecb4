#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/server_config.h"

namespace xray::server {

struct NamedReceiver {
  std::string plugin;
  std::unique_ptr<Receiver> receiver;
  bool started = false;
  bool keepsBatches = true;  // until it says that its wire does not
};

/// The objects that a configuration names. Nothing is opened.
struct Parts {
  std::unique_ptr<SchemaValidator> validator;
  std::unique_ptr<Store> store;
  std::vector<NamedReceiver> receivers;
};

/// Makes them; the loader and the clock outlive them.
///   InvalidArgument  options that do not go together; the message names the plugin
Result<Parts> makeParts(const LoadedConfig& loaded, const Clock& clock);

/// Where a failure happened, before what it was.
Status in(const std::string& place, const Status& status);

}  // namespace xray::server
