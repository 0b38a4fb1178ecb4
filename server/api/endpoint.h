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
  /// The text of /metrics; empty: there are none here.
  std::function<std::string()> metrics = nullptr;
  /// Told of each answer: the route's pattern, the HTTP status, the time since the request came. May be empty.
  std::function<void(std::string_view endpoint, int status, std::chrono::nanoseconds took)> answered = nullptr;
};

/// Runs a job later on a thread that may wait; false: never, for the server stops.
using Continue = std::function<bool(std::function<void()> job)>;

/// Texts in one page of a list; a page of greater rows ends early.
inline constexpr std::size_t kMaxPageBytes = std::size_t{8} << 20;

/// One request on its way.
struct ApiCall {
  const ApiContext& context;
  const http::Request& request;
  ReadContext read;
  const Continue& more;  // for what goes on after the answer has begun

  Store& store() const { return *context.store; }
  /// What stood for {name} in the path.
  const std::string& path(const std::string& name) const { return request.pathParameters.at(name); }
};

http::Response livez(const ApiCall& call);
http::Response readyz(const ApiCall& call);
http::Response metrics(const ApiCall& call);
http::Response openapi(const ApiCall& call);
http::Response listRuns(const ApiCall& call);
http::Response getRun(const ApiCall& call);
http::Response listSteps(const ApiCall& call);
http::Response getStep(const ApiCall& call);
http::Response listSchemas(const ApiCall& call);
http::Response listSchemaVersions(const ApiCall& call);
http::Response getSchema(const ApiCall& call);
http::Response analyzeCounts(const ApiCall& call);
http::Response analyzeFailures(const ApiCall& call);
http::Response analyzeLatency(const ApiCall& call);
http::Response analyzeValues(const ApiCall& call);
http::Response listRejections(const ApiCall& call);
http::Response listPlugins(const ApiCall& call);
http::Response exportRows(const ApiCall& call);

}  // namespace xray::server
