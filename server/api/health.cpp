// GET /livez: the process answers. GET /readyz: requests are welcome.

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

}  // namespace xray::server
