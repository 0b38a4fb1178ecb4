// Recorded agent conversations, step by step as examples/replay records them.

#include "bench/payload/shapes.h"
#include "replay/tau_file.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

std::string objectOf(std::string_view key, const std::string& text, bool isJson) {
  std::string out;
  JsonWriter writer(out);
  writer.beginObject().key(key);
  isJson ? writer.raw(text) : writer.string(text);
  writer.endObject();
  return out;
}

StepShape textStep(const replay::AgentStep& said) {
  StepShape step;
  step.name = "reply";
  step.type = "llm";
  step.input.json.clear();
  JsonWriter input(step.input.json);
  input.beginObject().key("from").string(said.heardFrom).key("message").string(said.heard);
  if (!said.system.empty()) input.key("system").string(said.system);
  input.endObject();
  step.output.json = objectOf("text", said.text, false);
  step.duration = std::chrono::milliseconds(300 + 8 * said.text.size());
  return step;
}

StepShape callStep(const replay::AgentStep& call) {
  StepShape step;
  step.name = call.name;
  step.type = "api";
  step.input.json = objectOf("arguments", call.arguments, true);
  if (call.result) step.output.json = objectOf("result", *call.result, call.resultIsJson);
  step.duration = std::chrono::milliseconds(40);
  if (!call.failed()) return step;
  step.errorType = "ToolError";
  step.errorMessage = call.result.value_or("the recording has no result of this call");
  JsonWriter(step.error)
      .beginObject()
      .key("type")
      .string(step.errorType)
      .key("message")
      .string(step.errorMessage)
      .endObject();
  return step;
}

RunShape runOf(const replay::AgentRun& recorded) {
  RunShape run;
  run.pipeline = "tau-" + recorded.domain;
  run.metadata.clear();
  JsonWriter(run.metadata)
      .beginObject()
      .key("task_id")
      .integer(recorded.task)
      .key("trial")
      .integer(recorded.trial)
      .key("reward")
      .number(recorded.reward)
      .endObject();
  for (const replay::AgentStep& step : recorded.steps) {
    run.steps.push_back(step.kind == replay::AgentStep::Kind::Text ? textStep(step) : callStep(step));
  }
  if (recorded.reward != 0) return run;
  run.errorType = "RewardZero";
  run.errorMessage = "the task was not solved (reward 0)";
  JsonWriter(run.error)
      .beginObject()
      .key("type")
      .string(run.errorType)
      .key("message")
      .string(run.errorMessage)
      .endObject();
  return run;
}

}  // namespace

Result<std::vector<RunShape>> tauShapes(const std::filesystem::path& folder) {
  const auto files = replay::findRecordings({folder.string()});
  if (!files.ok()) return files.status();
  std::vector<RunShape> shapes;
  for (const std::filesystem::path& file : *files) {
    const auto recorded = replay::readTauFile(file);
    if (!recorded.ok()) return recorded.status();
    shapes.push_back(runOf(*recorded));
  }
  return shapes;
}

}  // namespace xray::bench
