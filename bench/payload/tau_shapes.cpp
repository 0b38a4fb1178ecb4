// Recorded agent conversations, step by step as examples/replay records them.

#include "bench/payload/shapes.h"
#include "replay/recordings.h"
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

std::string inputOf(const replay::AgentStep& step) {
  if (step.kind == replay::AgentStep::Kind::Call) return objectOf("arguments", step.arguments, true);
  std::string out;
  JsonWriter writer(out);
  writer.beginObject();
  if (!step.heardFrom.empty()) writer.key("from").string(step.heardFrom).key("message").string(step.heard);
  if (!step.system.empty()) writer.key("system").string(step.system);
  writer.endObject();
  return out;
}

/// Fills the three members that tell a failure, of a step or of a run.
template <typename Shape>
void fail(Shape& shape, const std::optional<replay::AgentError>& error) {
  if (!error) return;
  shape.errorType = error->type;
  shape.errorMessage = error->message;
  JsonWriter writer(shape.error);
  writer.beginObject().key("type").string(error->type).key("message").string(error->message).endObject();
}

StepShape stepOf(const replay::AgentStep& recorded) {
  StepShape step;
  step.name = recorded.name;
  step.type = recorded.type;
  step.input.json = inputOf(recorded);
  if (recorded.kind == replay::AgentStep::Kind::Text) {
    step.output.json = objectOf("text", recorded.text, false);
  } else if (recorded.result) {
    step.output.json = objectOf("result", *recorded.result, recorded.resultIsJson);
  }
  step.duration = std::chrono::milliseconds(40 + 8 * recorded.text.size());
  fail(step, recorded.error);
  return step;
}

RunShape runOf(const replay::AgentRun& recorded) {
  RunShape run;
  run.pipeline = recorded.pipeline;
  run.metadata = objectOf("source", recorded.file, false);
  for (const replay::AgentStep& step : recorded.steps) run.steps.push_back(stepOf(step));
  fail(run, recorded.error);
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
