#include "simulate/answers.h"

#include <algorithm>

#include "simulate/definition.h"
#include "xray/analysis.h"

namespace simulate {
namespace {

using std::chrono::hours;
using xray::Timestamp;

/// Nearest rank, as query.md defines percentiles.
template <typename Value>
Value median(std::vector<Value> values) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(xray::nearestRank(static_cast<std::int64_t>(values.size()), 50))];
}

double inMilliseconds(xray::Microseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

std::int64_t countOf(const auto& values) {
  return static_cast<std::int64_t>(values.size());
}

Answer slowRanker(const Plan& plan) {
  std::vector<xray::Microseconds> before, since, hourBefore, firstHour;
  const Day& day = plan.options.day;
  const Timestamp begin = day.midnight + kRankerIsSlowFrom;
  for (const SearchRun& run : plan.searches) {
    (rankerIsSlow(day, run.start) ? since : before).push_back(run.ranking);
    if (run.start >= begin - hours(1) && run.start < begin) hourBefore.push_back(run.ranking);
    if (run.start >= begin && run.start < begin + hours(1)) firstHour.push_back(run.ranking);
  }
  const Asking asking(plan.options.day);
  Answer answer{
      .key = "slow-ranker",
      .problem = "A ranker takes four times as long as before",
      .pipeline = kSearchPipeline,
      .stepType = "ranking",
      .step = "rank",
      .since = begin,
      .expected = {{"count_before", "steps before", countOf(before)},
                   {"p50_ms_before", "median before, ms", inMilliseconds(median(before))},
                   {"p50_ms_hour_before", "median in the hour before, ms", inMilliseconds(median(hourBefore))},
                   {"p50_ms_first_hour", "median in the first hour, ms", inMilliseconds(median(firstHour))},
                   {"count_since", "steps since", countOf(since)},
                   {"p50_ms_since", "median since, ms", inMilliseconds(median(since))}},
      .questions = {}};
  const std::string groups = "run.pipeline,step_type,name";
  answer.questions = {asking.ask("latency --group-by " + groups + " --interval 1h",
                                 "/v1/analysis/latency?group_by=" + groups + "&interval=1h"),
                      asking.ask("latency --group-by " + groups + " --interval 1h --buckets",
                                 "/v1/analysis/latency?group_by=" + groups + "&interval=1h", "step_type = ranking")};
  return answer;
}

Answer narrowFilter(const Plan& plan) {
  std::vector<double> before, since;
  const Day& day = plan.options.day;
  for (const SearchRun& run : plan.searches) {
    const double percentage = run.outcome->filters.back().percentageEliminated;
    (filterIsNarrow(day, run.start) ? since : before).push_back(percentage);
  }
  const Asking asking(plan.options.day);
  Answer answer{.key = "narrow-filter",
                .problem = "A filter drops nearly everything that it is given",
                .pipeline = kSearchPipeline,
                .stepType = "filter",
                .step = plan.searches.front().outcome->filters.back().name,
                .since = day.midnight + kFilterIsNarrowFrom,
                .expected = {{"count_before", "steps before", countOf(before)},
                             {"p50_before", "median before, %", median(before)},
                             {"max_before", "most before, %", *std::ranges::max_element(before)},
                             {"count_since", "steps since", countOf(since)},
                             {"min_since", "least since, %", *std::ranges::min_element(since)},
                             {"p50_since", "median since, %", median(since)}},
                .questions = {}};
  const std::string key = "reasoning.percentage_eliminated";
  const std::string groups = "run.pipeline,name";
  const int from = static_cast<int>(kFilterIsNarrowFrom.count());
  const std::string values = "/v1/analysis/values?field=" + key + "&group_by=" + groups;
  answer.questions = {asking.ask("counts --of steps --group-by " + groups + " --interval 1h --buckets",
                                 "/v1/analysis/counts?of=steps&group_by=" + groups + "&interval=1h", key + " > 90"),
                      asking.ask("values " + key + " --group-by " + groups, values, "step_type = filter", 0, from),
                      asking.ask("values " + key + " --group-by " + groups, values, "step_type = filter", from)};
  return answer;
}

Answer crashCause(const Plan& plan) {
  CountByName crashes;
  for (const AgentRun& run : plan.tickets) {
    if (run.culprit) ++crashes[typeOf(run.turns[*run.culprit])];
  }
  for (const EtlRun& run : plan.jobs) {
    if (run.ending == EtlRun::Ending::Crashes) ++crashes[kLoadType];
  }
  for (const FraudRun& run : plan.payments) {
    if (run.crashes) ++crashes[kLookupType];
  }
  std::int64_t all = 0;
  for (const auto& [type, runs] : crashes) all += runs;
  const auto worst = std::ranges::max_element(crashes, {}, [](const auto& entry) { return entry.second; });
  const double share = static_cast<double>(worst->second) / static_cast<double>(all);
  const Asking asking(plan.options.day);
  return {.key = "crash-cause",
          .problem = "One type of steps causes most of the crashes",
          .pipeline = kAgentPipeline,
          .stepType = worst->first,
          .step = "",
          .since = std::nullopt,
          .expected = {{"crashed_runs", "crashed runs, all pipelines", all},
                       {"share", "share of the type", share},
                       {"runs_by_step_type", "crashed runs by step type", crashes}},
          .questions = {asking.ask("failures", "/v1/analysis/failures?group_by=step_type", "status = crashed"),
                        asking.ask("failures --group-by run.pipeline,step_type,name",
                                   "/v1/analysis/failures?group_by=run.pipeline,step_type,name", "status = crashed")}};
}

Answer silentDeaths(const Plan& plan) {
  const Day& day = plan.options.day;
  Names jobs;
  Timestamp first = Timestamp::max();
  for (const EtlRun& run : plan.jobs) {
    if (run.ending != EtlRun::Ending::Dies) continue;
    jobs.push_back(run.job);
    first = std::min(first, run.start);
  }
  const Asking asking(plan.options.day);
  const auto since = day.midnight + std::chrono::floor<hours>(first - day.midnight);
  return {.key = "silent-deaths",
          .problem = "Runs die without a word: they are incomplete",
          .pipeline = kEtlPipeline,
          .stepType = "transform",
          .step = kJoinStep,
          .since = since,
          .expected = {{"incomplete_runs", "incomplete runs, all pipelines", countOf(jobs)},
                       {"jobs", "metadata.job of these runs", jobs}},
          .questions = {
              asking.ask("counts --group-by pipeline,status --interval 1h",
                         "/v1/analysis/counts?of=runs&group_by=pipeline,status&interval=1h"),
              asking.ask("failures --group-by run.pipeline,step_type,name,rule",
                         "/v1/analysis/failures?group_by=run.pipeline,step_type,name,rule", "status = incomplete"),
              asking.ask("runs", "/v1/runs", "status = incomplete")}};
}

Names pointersOf(const std::vector<KeyPlace>& places) {
  Names pointers;
  for (const KeyPlace& place : places) pointers.push_back(place.pointer());
  return pointers;
}

/// The steps of payments under the old version, by their type and name.
std::map<std::pair<std::string, std::string>, std::int64_t> oldSteps(const Plan& plan) {
  std::map<std::pair<std::string, std::string>, std::int64_t> steps;
  for (const FraudRun& run : plan.payments) {
    if (run.schemaVersion != kFraudOldVersion) continue;
    ++steps[{kLookupType, "lookup-account"}];
    for (const RuleOutcome& rule : run.rules) ++steps[{"rule", rule.name}];
    if (!run.crashes) ++steps[{"decision", "decide"}];
  }
  return steps;
}

/// What the new version refuses of steps that have every key of the old one: "blocked-card /reasoning/weight".
CountByName refusedKeys(const Plan& plan, const std::vector<KeyPlace>& places) {
  CountByName refused;
  for (const KeyPlace& place : places) {
    for (const auto& [step, count] : oldSteps(plan)) {
      if (step.first == place.stepType) refused[step.second + " /" + place.section + "/" + place.key] = count;
    }
  }
  return refused;
}

xray::Result<Answer> schemaChange(const Plan& plan, const std::filesystem::path& schemas) {
  const auto newFile = definitionFile(schemas, kFraudPipeline, kFraudNewVersion);
  const auto change = changeBetween(definitionFile(schemas, kFraudPipeline, kFraudOldVersion), newFile);
  if (!change) return change.status();
  const Day& day = plan.options.day;
  const auto runsBefore =
      std::ranges::count(plan.payments, kFraudOldVersion, [](const FraudRun& run) { return run.schemaVersion; });
  const Asking asking(plan.options.day);
  const std::string name = kFraudPipeline, from = std::to_string(kFraudOldVersion),
                    to = std::to_string(kFraudNewVersion);
  Question check = asking.ask("schemas check '" + newFile.string() + "'", "/v1/steps",
                              "run.schema.name = " + name + " AND run.schema.version = " + from);
  check.request.clear();
  return Answer{
      .key = "schema-change",
      .problem = "A new version of a schema forbids keys that runs of the old one have",
      .pipeline = name,
      .stepType = "",
      .step = "",
      .since = day.midnight + kSchemaVersion2From,
      .expected = {{"added", "added keys", pointersOf(change->added)},
                   {"removed", "removed keys", pointersOf(change->removed)},
                   {"changed", "changed keys", pointersOf(change->changed)},
                   {"runs_before", "runs of version " + from, std::int64_t{runsBefore}},
                   {"runs_since", "runs of version " + to, countOf(plan.payments) - runsBefore},
                   {"unknown_key", "steps of version " + from + " with keys that " + to + " forbids",
                    refusedKeys(plan, change->removed)},
                   {"wrong_type", "steps of version " + from + " with keys of another type in " + to,
                    refusedKeys(plan, change->changed)}},
      .questions = {
          {"xray schemas diff " + name + " " + from + " " + to, "/v1/schemas/" + name + "/" + from + "?diff_to=" + to},
          check,
          asking.ask("counts --group-by schema.version --interval 1h --buckets",
                     "/v1/analysis/counts?of=runs&group_by=schema.version&interval=1h", "pipeline = " + name)}};
}

}  // namespace

std::string dateOf(const Plan& plan) {
  return xray::formatTimestamp(plan.options.day.midnight).substr(0, std::string("2026-11-22").size());
}

xray::Result<std::vector<Answer>> answersOf(const Plan& plan, const std::filesystem::path& schemas) {
  auto schema = schemaChange(plan, schemas);
  if (!schema) return schema.status();
  return std::vector<Answer>{slowRanker(plan), narrowFilter(plan), crashCause(plan), silentDeaths(plan),
                             std::move(*schema)};
}

}  // namespace simulate
