#include "backend.h"

#include <simdjson.h>

#include <map>

#include "replay/replayer.h"

namespace attribution {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using xray::Result;
using xray::Status;
using xray::StatusCode;
using xray::cli::Question;

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::seconds kBetweenRuns{10};

Status unexpected(const std::string& what) {
  return Status(StatusCode::Internal, what);
}

/// GETs and parses; the element lives as long as the parser and until its next use.
Result<element> ask(xray::cli::Source& api, simdjson::dom::parser& parser, const Question& question) {
  const auto answer = api.ask(question);
  if (!answer) return answer.status();
  if (answer->status != 200) return unexpected(question.path + ": " + answer->body);
  element parsed;
  if (const auto error = parser.parse(answer->body).get(parsed)) return unexpected(simdjson::error_message(error));
  return parsed;
}

Question failures(const std::string& filter) {
  return {"/v1/analysis/failures", {{"filter", filter}, {"group_by", "rule"}}};
}

/// The number of the step with this id among the run's, in the order in which the run began them.
Result<std::size_t> numberOf(xray::cli::Source& api, const std::string& runId, const std::string& stepId) {
  simdjson::dom::parser parser;
  const auto run = ask(api, parser, {"/v1/runs/" + runId, {}});
  if (!run) return run.status();
  array steps;
  if ((*run)["steps"].get(steps) != simdjson::SUCCESS) return unexpected("run " + runId + " has no steps");
  for (const element step : steps) {
    std::string_view id;
    std::int64_t seq = 0;
    if (step["step_id"].get(id) != simdjson::SUCCESS || id != stepId) continue;
    if (step["seq"].get(seq) != simdjson::SUCCESS) break;
    return static_cast<std::size_t>(seq);
  }
  return unexpected("run " + runId + " has no step " + stepId);
}

Result<Attribution> attributionOf(xray::cli::Source& api, const xray::Id& id) {
  const std::string runId = id.toString();
  simdjson::dom::parser parser;
  const auto answer = ask(api, parser, failures("run_id = \"" + runId + "\""));
  if (!answer) return answer.status();
  array rows;
  if ((*answer)["rows"].get(rows) != simdjson::SUCCESS || rows.size() != 1) {
    return unexpected("run " + runId + " is not failing");
  }
  const element row = rows.at(0).value();
  double rule = 0;
  const element example = row["examples"].at(0).value();
  if (row["rule"].get(rule) != simdjson::SUCCESS) return unexpected("no rule for run " + runId);
  Attribution attribution{static_cast<int>(rule), std::nullopt};
  std::string_view stepId;
  if (example["step_id"].get(stepId) != simdjson::SUCCESS) return attribution;
  const auto step = numberOf(api, runId, std::string(stepId));
  if (!step) return step.status();
  attribution.step = *step;
  return attribution;
}

Status compareWithAll(xray::cli::Source& api, const DataSet& set, const std::vector<Attribution>& attributions) {
  std::map<int, std::int64_t> expected, told;
  for (const auto& attribution : attributions) ++expected[attribution.rule];
  simdjson::dom::parser parser;
  const auto answer = ask(api, parser, failures("pipeline = \"" + set.pipeline + "\""));
  if (!answer) return answer.status();
  array rows;
  if ((*answer)["rows"].get(rows) != simdjson::SUCCESS) return unexpected("failures without rows");
  for (const element row : rows) {
    double rule = 0;
    std::int64_t runs = 0;
    if (row["rule"].get(rule) != simdjson::SUCCESS || row["runs"].get(runs) != simdjson::SUCCESS) {
      return unexpected("failures: a row without rule or runs");
    }
    told[static_cast<int>(rule)] = runs;
  }
  if (told == expected) return {};
  return unexpected(set.title + ": asked about all runs, the backend counts the rules otherwise than run by run");
}

}  // namespace

Result<std::unique_ptr<Backend>> Backend::start(const std::string& store) {
  const std::string yaml = "store: " + store +
                           "\nreceivers: [{plugin: http-transport, options: {listen: \"127.0.0.1:0\"}}]\n"
                           "api: {listen: \"127.0.0.1:0\"}\n";
  auto loaded = xray::server::loadServerConfig(xray::ConfigFile::parse(yaml, "backend"));
  if (!loaded) return loaded.status();
  auto server = xray::server::Server::make(std::move(*loaded), xray::systemClock());
  if (!server) return server.status();
  std::unique_ptr<Backend> backend(new Backend);
  backend->server_ = std::move(*server);
  if (Status started = backend->server_->start(); !started.ok()) return started;
  auto api = xray::cli::makeHttpSource(backend->server_->apiUrl());
  if (!api) return api.status();
  backend->api_ = std::move(*api);
  return backend;
}

Result<std::vector<xray::Id>> Backend::record(const DataSet& set) {
  try {
    auto client = xray::Client::fromText("transport: {plugin: http-transport, options: {url: \"" +
                                         server_->receiverEndpoints().front() +
                                         "\"}}\nqueue: {when_full: block, block_timeout: 1m}\n");
    const auto now = std::chrono::time_point_cast<xray::Microseconds>(xray::systemClock().now());
    std::vector<xray::Id> ids;
    for (const auto& run : set.runs) {
      const auto start = now - static_cast<int>(set.runs.size() - ids.size()) * kBetweenRuns;
      ids.push_back(replay::replayRun(client, run.recording, start));
    }
    const auto report = client.close(std::chrono::milliseconds(kPatience));
    if (!report.status.ok()) return report.status;
    std::uint64_t events = 2 * set.runs.size();
    for (const auto& run : set.runs) events += run.recording.steps.size();
    if (report.counters.accepted < events) {
      return unexpected(set.title + ": of " + std::to_string(events) + " events " +
                        std::to_string(report.counters.accepted) + " were stored");
    }
    return ids;
  } catch (const xray::ConfigError& error) {
    return Status(StatusCode::InvalidArgument, error.what());
  }
}

Result<std::vector<Attribution>> Backend::attribute(const DataSet& set) {
  const auto ids = record(set);
  if (!ids) return ids.status();
  std::vector<Attribution> attributions;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    auto attribution = attributionOf(*api_, (*ids)[i]);
    if (!attribution) return attribution.status();
    if (attribution->step && *attribution->step >= set.runs[i].recording.steps.size()) {
      return unexpected("the backend blames a step that " + set.runs[i].recording.file + " does not have");
    }
    attributions.push_back(*attribution);
  }
  if (Status same = compareWithAll(*api_, set, attributions); !same.ok()) return same;
  return attributions;
}

}  // namespace attribution
