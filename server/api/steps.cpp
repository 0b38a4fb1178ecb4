// GET /v1/steps and /v1/runs/{run_id}/steps/{step_id}.

#include "server/api/list_request.h"
#include "server/api/responses.h"

namespace xray::server {
namespace {

constexpr std::string_view kParameters[] = {"filter", "order_by", "page_size", "page_token", "view"};
constexpr std::string_view kOrders[] = {"started_at desc", "started_at", "duration", "duration desc"};
constexpr std::string_view kViews[] = {"full", "skeleton"};

}  // namespace

http::Response listSteps(const ApiCall& call) {
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const Result<std::string> view = parameters->choice("view", "full", kViews);
  if (!view.ok()) return problemOf(view.status());
  const bool skeleton = *view == "skeleton";
  const Result<ListRequest> request = ListRequest::read(call, *parameters, Entity::Step, "/v1/steps", kOrders);
  if (!request.ok()) return problemOf(request.status());
  const Result<Page<Step>> page = call.store().steps(request->query(), skeleton, call.read);
  if (!page.ok()) return storeProblem(page.status());

  std::string body = "{\"steps\":[";
  for (const Step& step : page->rows) {
    if (body.back() != '[') body += ',';
    if (skeleton) {
      appendJson(body, static_cast<const StepSkeleton&>(step));
    } else {
      appendJson(body, step);
    }
  }
  endPage(body, page->next ? std::optional(request->nextToken(*page->next)) : std::nullopt);
  return jsonResponse(std::move(body));
}

http::Response getStep(const ApiCall& call) {
  if (const Status status = noParameters(call); !status.ok()) return problemOf(status);
  const Result<Id> runId = idOf(call, "run_id");
  if (!runId.ok()) return problemOf(runId.status());
  const Result<Id> stepId = idOf(call, "step_id");
  if (!stepId.ok()) return problemOf(stepId.status());
  const Result<std::optional<Step>> step = call.store().step(*runId, *stepId, call.read);
  if (!step.ok()) return storeProblem(step.status());
  if (!*step)
    return problemOf(
        Status(StatusCode::NotFound, "there is no step " + stepId->toString() + " in run " + runId->toString()));
  std::string body;
  appendJson(body, **step);
  return jsonResponse(std::move(body));
}

}  // namespace xray::server
