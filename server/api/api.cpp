#include "server/api/api.h"

#include <array>
#include <memory>
#include <optional>

#include "server/api/responses.h"

namespace xray::server {
namespace {

struct Route {
  std::string_view pattern;
  http::Response (*endpoint)(const ApiCall& call);
  bool readsStore;
};

constexpr Route kRoutes[] = {
    {"/livez", livez, false},
    {"/readyz", readyz, false},
    {"/v1/plugins", listPlugins, true},  // reads directories
    {"/v1/rejections", listRejections, true},
    {"/v1/runs", listRuns, true},
    {"/v1/runs/{run_id}", getRun, true},
    {"/v1/runs/{run_id}/steps/{step_id}", getStep, true},
    {"/v1/schemas", listSchemas, true},
    {"/v1/schemas/{name}", listSchemaVersions, true},
    {"/v1/schemas/{name}/{version}", getSchema, true},
    {"/v1/steps", listSteps, true},
};

http::Response answer(const Route& route, const ApiContext& context, const http::Request& request, Deadline deadline) {
  if (std::chrono::steady_clock::now() >= deadline) {
    return problemOf(Status(StatusCode::DeadlineExceeded, "the query waited too long for a free thread"));
  }
  return route.endpoint({context, request, {context.clock->now(), context.incompleteAfter, deadline}});
}

http::Response noRoom() {
  return problemOf(Status(StatusCode::Overloaded, "too many queries wait; try again"));
}

}  // namespace

http::Router Api::router(Executor executor) const {
  http::Router router;
  for (const Route& route : kRoutes) {
    router.add("GET", route.pattern, [this, &route, executor](http::Request request, http::Respond respond) {
      const Deadline deadline = std::chrono::steady_clock::now() + context_.queryTimeout;
      if (!route.readsStore) {
        respond(answer(route, context_, request, deadline));
        return;
      }
      const bool taken = executor([this, &route, request = std::move(request), respond, deadline] {
        respond(answer(route, context_, request, deadline));
      });
      if (!taken) respond(noRoom());
    });
  }
  return router;
}

http::Response Api::handle(http::Request request) const {
  // The router calls back before it returns, since its executor runs jobs at once.
  const auto response = std::make_shared<std::optional<http::Response>>();
  const auto inPlace = [](const std::function<void()>& job) {
    job();
    return true;
  };
  router(inPlace).handle(std::move(request), [response](http::Response answered) { *response = std::move(answered); });
  return std::move(**response);
}

}  // namespace xray::server
