// GET /v1/analysis/{latency,failures,values,counts}: query.md section 3.

#include "server/api/analysis_json.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "xray/text.h"

namespace xray::server {
namespace {

constexpr std::string_view kEntities[] = {"runs", "steps"};

/// What is given, or nothing where the parameter is not there.
std::string_view textOf(const QueryParameters& parameters, std::string_view name) {
  const std::string* text = parameters.find(name);
  return text ? std::string_view(*text) : std::string_view();
}

/// The list of group_by; who wants no groups leaves it out.
template <typename Parse>
auto groupByOf(const QueryParameters& parameters, Parse parse) -> decltype(parse(std::string_view())) {
  const std::string* text = parameters.find("group_by");
  if (text && text->find_first_not_of(" \t") == std::string::npos) {
    return Status(StatusCode::InvalidArgument, "group_by: must name what to group by, or be left out");
  }
  return parse(text ? std::string_view(*text) : std::string_view());
}

auto groupByOf(const QueryParameters& parameters, GroupedQuestion question) {
  return groupByOf(parameters, [question](std::string_view text) { return parseGroupBy(text, question); });
}

Result<Filter> filterOf(const ApiCall& call, const QueryParameters& parameters, Entity entity) {
  return parseFilter(textOf(parameters, "filter"), entity, call.read.now);
}

/// The width of buckets; nothing when none is asked for.
Result<std::optional<Microseconds>> intervalOf(const QueryParameters& parameters) {
  const std::string* text = parameters.find("interval");
  if (!text) return std::optional<Microseconds>();
  const std::optional<Microseconds> interval = parseDuration(*text);
  if (interval && interval->count() > 0) return interval;
  return Status(StatusCode::InvalidArgument,
                "interval: must be a duration greater than 0, such as 250ms, 5m, 1h or 7d, not " + quoted(*text));
}

/// What latency and counts are asked with.
struct Grouped {
  Filter filter;
  GroupQuery query;

  static Result<Grouped> read(const ApiCall& call, const QueryParameters& parameters, Entity entity,
                              GroupedQuestion question) {
    Result<Filter> filter = filterOf(call, parameters, entity);
    if (!filter.ok()) return filter.status();
    Result<std::vector<AnalysisField>> groupBy = groupByOf(parameters, question);
    if (!groupBy.ok()) return groupBy.status();
    const Result<std::optional<Microseconds>> interval = intervalOf(parameters);
    if (!interval.ok()) return interval.status();
    return Grouped{std::move(*filter), {nullptr, std::move(*groupBy), *interval}};
  }

  /// Borrows the filter.
  const GroupQuery& asked() {
    query.filter = &filter;
    return query;
  }
};

}  // namespace

http::Response analyzeLatency(const ApiCall& call) {
  constexpr std::string_view kParameters[] = {"filter", "group_by", "interval"};
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  Result<Grouped> grouped = Grouped::read(call, *parameters, Entity::Step, GroupedQuestion::Latency);
  if (!grouped.ok()) return problemOf(grouped.status());
  const auto answer = call.store().latency(grouped->asked(), call.read);
  if (!answer.ok()) return storeProblem(answer.status());
  return jsonResponse(analysisJson(*answer, grouped->query.groupBy, grouped->query.interval.has_value()));
}

http::Response analyzeCounts(const ApiCall& call) {
  constexpr std::string_view kParameters[] = {"of", "filter", "group_by", "interval"};
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const std::string of(textOf(*parameters, "of"));
  if (of != "runs" && of != "steps") return problemOf(notAllowed("of", of, kEntities));
  const Entity entity = of == "runs" ? Entity::Run : Entity::Step;
  Result<Grouped> grouped = Grouped::read(
      call, *parameters, entity, entity == Entity::Run ? GroupedQuestion::RunCounts : GroupedQuestion::StepCounts);
  if (!grouped.ok()) return problemOf(grouped.status());
  const auto answer = call.store().counts(entity, grouped->asked(), call.read);
  if (!answer.ok()) return storeProblem(answer.status());
  return jsonResponse(analysisJson(*answer, grouped->query.groupBy, grouped->query.interval.has_value()));
}

http::Response analyzeValues(const ApiCall& call) {
  constexpr std::string_view kParameters[] = {"field", "filter", "group_by"};
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const std::string_view path = textOf(*parameters, "field");
  if (path.empty()) {
    return problemOf({StatusCode::InvalidArgument, "field: must be given, a path such as reasoning.score"});
  }
  const Result<AnalysisField> field = parseValueField(path);
  if (!field.ok()) return problemOf(field.status());
  const Result<Filter> filter = filterOf(call, *parameters, Entity::Step);
  if (!filter.ok()) return problemOf(filter.status());
  const auto groupBy = groupByOf(*parameters, GroupedQuestion::Values);
  if (!groupBy.ok()) return problemOf(groupBy.status());
  const auto answer = call.store().values({&*filter, *field, *groupBy}, call.read);
  if (!answer.ok()) return storeProblem(answer.status());
  return jsonResponse(analysisJson(*answer, *groupBy));
}

http::Response analyzeFailures(const ApiCall& call) {
  constexpr std::string_view kParameters[] = {"filter", "group_by"};
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const Result<Filter> filter = filterOf(call, *parameters, Entity::Run);
  if (!filter.ok()) return problemOf(filter.status());
  const auto groupBy = groupByOf(*parameters, &parseFailureGroupBy);
  if (!groupBy.ok()) return problemOf(groupBy.status());
  const auto answer = call.store().failures({&*filter, *groupBy}, call.read);
  if (!answer.ok()) return storeProblem(answer.status());
  return jsonResponse(analysisJson(*answer, *groupBy));
}

}  // namespace xray::server
