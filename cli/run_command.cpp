// xray run

#include <CLI/CLI.hpp>
#include <limits>
#include <map>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/pages.h"
#include "cli/run_id.h"
#include "cli/run_tree.h"
#include "xray/ids.h"
#include "xray/json.h"

namespace xray::cli {
namespace {

struct RunOptions : QuestionOptions {
  std::string id;
  bool payloads = false;
};

/// Whole steps of a run by their ids.
Result<std::map<std::string, std::string>> wholeSteps(Source& source, const std::string& runId) {
  const Question question{"/v1/steps", {{"filter", "run_id = \"" + runId + "\""}, {"order_by", "started_at"}}};
  Result<Listing> listing = listRows(source, question, "steps", std::numeric_limits<std::size_t>::max());
  if (!listing.ok()) return listing.status();
  std::map<std::string, std::string> steps;
  for (std::string& step : listing->rows) {
    std::string id = memberString(step, "step_id");
    steps.emplace(std::move(id), std::move(step));
  }
  return steps;
}

/// The run's JSON with its steps made whole.
std::string withWholeSteps(std::string_view run, const std::map<std::string, std::string>& steps) {
  std::string text;
  JsonWriter json(text);
  json.beginObject();
  for (JsonCursor member(run); member.next();) {
    json.key(member.key());
    if (!member.keyEquals("steps")) {
      json.raw(member.value().text);
      continue;
    }
    json.beginArray();
    for (JsonCursor step(member.value().text); step.next();) {
      const auto whole = steps.find(memberString(step.value().text, "step_id"));
      json.raw(whole == steps.end() ? step.value().text : std::string_view(whole->second));
    }
    json.endArray();
  }
  json.endObject();
  return text;
}

void showRun(const RunOptions& options, Output& output) {
  const Result<RunIdText> text = RunIdText::parse(options.id);
  if (!text.ok()) return report(output, text.status());
  const std::unique_ptr<Source> source = options.open(output);
  if (!source) return;
  const Result<Id> id = findRun(*source, *text);
  if (!id.ok()) return report(output, id.status());
  const Result<Answer> answer = source->ask({"/v1/runs/" + id->toString(), {}});
  if (!answer.ok()) return report(output, answer.status());
  if (const Status status = statusOf(*answer); !status.ok()) return report(output, status);

  std::map<std::string, std::string> payloads;
  if (options.payloads) {
    Result<std::map<std::string, std::string>> steps = wholeSteps(*source, id->toString());
    if (!steps.ok()) return report(output, steps.status());
    payloads = std::move(*steps);
  }
  if (options.json) {
    output.out << (options.payloads ? withWholeSteps(answer->body, payloads) : answer->body) << '\n';
  } else {
    drawRun(output.out, output.terminal, answer->body, payloads, options.utc);
  }
}

}  // namespace

void addRunCommand(CLI::App& app, Output& output) {
  CLI::App* command = app.add_subcommand("run", "Draw one run and its steps as a tree");
  const auto options = std::make_shared<RunOptions>();
  options->addTo(*command);
  command->add_option("id", options->id, "The run's id, or its beginning (8 digits or more)")->required();
  command->add_flag("--payloads", options->payloads, "Also show each step's input, output and reasoning");
  command->callback([options, &output] { showRun(*options, output); });
}

}  // namespace xray::cli
