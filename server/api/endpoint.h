#pragma once
// One function an endpoint of the read API: from a request to a whole response, on a thread that may wait for the
// store.

#include <functional>

#include "xray/http/message.h"
#include "xray/plugin_loader.h"
#include "xray/store.h"

namespace xray::server {

/// What every endpoint works with; constant, and borrowed from whoever made the Api.
struct ApiContext {
  Store* store = nullptr;
  PluginLoader* plugins = nullptr;
  const Clock* clock = nullptr;
  Microseconds incompleteAfter{};
  Microseconds queryTimeout{};
  /// Ok while requests are welcome; else why not.
  std::function<Status()> readiness;
};

/// One request on its way.
struct ApiCall {
  const ApiContext& context;
  const http::Request& request;
  ReadContext read;

  Store& store() const { return *context.store; }
  /// What stood for {name} in the path.
  const std::string& path(const std::string& name) const { return request.pathParameters.at(name); }
};

http::Response livez(const ApiCall& call);
http::Response readyz(const ApiCall& call);
http::Response listRuns(const ApiCall& call);
http::Response getRun(const ApiCall& call);
http::Response listSteps(const ApiCall& call);
http::Response getStep(const ApiCall& call);
http::Response listSchemas(const ApiCall& call);
http::Response listSchemaVersions(const ApiCall& call);
http::Response getSchema(const ApiCall& call);
http::Response listRejections(const ApiCall& call);
http::Response listPlugins(const ApiCall& call);

}  // namespace xray::server
