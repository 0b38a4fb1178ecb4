// GET /livez: the process answers. GET /readyz: requests are welcome. GET /metrics: Prometheus text.
// GET /openapi.json: the description of all endpoints.

#include "server/api/openapi.h"
#include "server/api/responses.h"

namespace xray::server {

http::Response livez(const ApiCall& call) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  return jsonResponse("{\"status\":\"ok\"}");
}

http::Response readyz(const ApiCall& call) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  const Status ready = call.context.readiness();
  if (ready.ok()) return jsonResponse("{\"status\":\"ready\"}");
  return http::withRetryAfter(http::problem(503, "not_ready", "Not ready", ready.message()), std::chrono::seconds(1));
}

http::Response metrics(const ApiCall& call) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  if (!call.context.metrics) return problemOf(Status(StatusCode::NotFound, "only a running server has metrics"));
  http::Response response = jsonResponse(call.context.metrics());
  response.contentType = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

http::Response openapi(const ApiCall& call) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  return jsonResponse(std::string(openapiDocument()));
}

}  // namespace xray::server
