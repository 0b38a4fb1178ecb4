#include "server/api/api.h"

#include <array>
#include <memory>
#include <optional>

#include "server/api/responses.h"
#include "xray/http/content_coding.h"

namespace xray::server {
namespace {

/// Where a route's endpoint runs.
enum class Place { Here, Probe, Query };

struct Route {
  std::string_view pattern;
  http::Response (*endpoint)(const ApiCall& call);
  Place place;
};

constexpr Route kRoutes[] = {
    {"/livez", livez, Place::Here},
    {"/metrics", metrics, Place::Probe},
    {"/openapi.json", openapi, Place::Here},
    {"/readyz", readyz, Place::Probe},
    {"/v1/analysis/counts", analyzeCounts, Place::Query},
    {"/v1/analysis/failures", analyzeFailures, Place::Query},
    {"/v1/analysis/latency", analyzeLatency, Place::Query},
    {"/v1/analysis/values", analyzeValues, Place::Query},
    {"/v1/export", exportRows, Place::Query},
    {"/v1/plugins", listPlugins, Place::Query},  // reads directories
    {"/v1/rejections", listRejections, Place::Query},
    {"/v1/runs", listRuns, Place::Query},
    {"/v1/runs/{run_id}", getRun, Place::Query},
    {"/v1/runs/{run_id}/steps/{step_id}", getStep, Place::Query},
    {"/v1/schemas", listSchemas, Place::Query},
    {"/v1/schemas/{name}", listSchemaVersions, Place::Query},
    {"/v1/schemas/{name}/{version}", getSchema, Place::Query},
    {"/v1/steps", listSteps, Place::Query},
};

/// One request and its way back.
struct Exchange {
  const ApiContext& context;
  const Route& route;
  const Continue more;
  http::Request request;
  http::Respond respond;
  std::chrono::steady_clock::time_point arrived = std::chrono::steady_clock::now();

  void answer() const {
    const Deadline deadline = arrived + context.queryTimeout;
    if (std::chrono::steady_clock::now() >= deadline) {
      return reply(problemOf(Status(StatusCode::DeadlineExceeded, "the query waited too long for a free thread")));
    }
    const ReadContext read{context.clock->now(), context.incompleteAfter, deadline, kMaxPageBytes};
    reply(route.endpoint({context, request, read, more}));
  }

  void reply(http::Response response) const {
    if (context.answered) {
      context.answered(route.pattern, response.status, std::chrono::steady_clock::now() - arrived);
    }
    respond(http::encodeFor(request, std::move(response)));
  }
};

http::Response noRoom() {
  return problemOf(Status(StatusCode::Overloaded, "too many queries wait; try again"));
}

}  // namespace

std::vector<std::string_view> Api::paths() {
  std::vector<std::string_view> paths;
  for (const Route& route : kRoutes) paths.push_back(route.pattern);
  return paths;
}

http::Router Api::router(Executor executor) const {
  http::Router router;
  const Continue more = [executor](std::function<void()> job) { return executor(Work::More, std::move(job)); };
  for (const Route& route : kRoutes) {
    router.add("GET", route.pattern, [this, &route, executor, more](http::Request request, http::Respond respond) {
      const auto exchange =
          std::make_shared<const Exchange>(context_, route, more, std::move(request), std::move(respond));
      if (route.place == Place::Here) return exchange->answer();
      const Work work = route.place == Place::Probe ? Work::Probe : Work::Query;
      if (!executor(work, [exchange] { exchange->answer(); })) exchange->reply(noRoom());
    });
  }
  return router;
}

http::Response Api::handle(http::Request request) const {
  // The router calls back before it returns, since its executor runs jobs at once.
  const auto response = std::make_shared<std::optional<http::Response>>();
  const auto inPlace = [](Work, const std::function<void()>& job) {
    job();
    return true;
  };
  router(inPlace).handle(std::move(request), [response](http::Response answered) { *response = std::move(answered); });
  return std::move(**response);
}

}  // namespace xray::server
