// GET /v1/runs and /v1/runs/{run_id}.

#include "server/api/entity_tag.h"
#include "server/api/list_request.h"
#include "server/api/responses.h"

namespace xray::server {
namespace {

constexpr std::string_view kParameters[] = {"filter", "order_by", "page_size", "page_token"};
constexpr std::string_view kOrders[] = {"started_at desc", "started_at", "duration", "duration desc",
                                        "last_activity_at desc"};

}  // namespace

http::Response listRuns(const ApiCall& call) {
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const Result<ListRequest> request = ListRequest::read(call, *parameters, Entity::Run, "/v1/runs", kOrders);
  if (!request.ok()) return problemOf(request.status());
  const Result<Page<Run>> page = call.store().runs(request->query(), call.read);
  if (!page.ok()) return storeProblem(page.status());

  std::string body = "{\"runs\":[";
  for (const Run& run : page->rows) {
    if (body.back() != '[') body += ',';
    appendJson(body, run);
  }
  endPage(body, page->next ? std::optional(request->nextToken(*page->next)) : std::nullopt);
  return jsonResponse(std::move(body));
}

http::Response getRun(const ApiCall& call) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  const Result<Id> id = idOf(call, "run_id");
  if (!id.ok()) return problemOf(id.status());
  const Result<std::optional<Run>> run = call.store().run(*id, call.read);
  if (!run.ok()) return storeProblem(run.status());
  if (!*run) return problemOf(Status(StatusCode::NotFound, "there is no run " + id->toString()));
  const Result<std::vector<StepSkeleton>> steps = call.store().runSteps(*id, call.read);
  if (!steps.ok()) return storeProblem(steps.status());

  std::string body;
  appendJson(body, **run);
  body.pop_back();  // the run's closing brace: its steps are one more member
  body += ",\"steps\":[";
  for (const StepSkeleton& step : *steps) {
    if (body.back() != '[') body += ',';
    appendJson(body, step);
  }
  body += "]}";
  http::Response response = jsonResponse(std::move(body));
  const bool terminal = (*run)->status == RunStatus::Completed || (*run)->status == RunStatus::Crashed;
  return terminal ? conditional(call.request, std::move(response)) : response;
}

}  // namespace xray::server
