#include "replayer.h"

namespace replay {
namespace {

using std::chrono::milliseconds;
using xray::Timestamp;
using xray::sdk::Run;

/// About the time it takes to make or fetch so much text.
milliseconds inventedDuration(const AgentStep& step) {
  const bool text = step.kind == AgentStep::Kind::Text;
  const std::size_t bytes = text ? step.text.size() : step.result.value_or("").size();
  return milliseconds(text ? 300 + 8 * bytes : 40 + bytes / 20);
}

void recordText(Run& run, const AgentStep& step, Timestamp start, Timestamp end) {
  auto recorded = run.step(step.name, step.type, {.startedAt = start});
  if (!step.heardFrom.empty()) recorded.input({{"from", step.heardFrom}, {"message", step.heard}});
  if (!step.system.empty()) recorded.input({{"system", step.system}});
  recorded.output({{"text", step.text}});
  if (step.error) recorded.fail(step.error->type, step.error->message);
  recorded.end(end);
}

void recordCall(Run& run, const AgentStep& step, Timestamp start, Timestamp end) {
  auto recorded = run.step(step.name, step.type, {.startedAt = start});
  recorded.input({{"arguments", xray::json(step.arguments)}});
  if (step.result) {
    if (step.resultIsJson) {
      recorded.output({{"result", xray::json(*step.result)}});
    } else {
      recorded.output({{"result", *step.result}});
    }
  }
  if (step.error) recorded.fail(step.error->type, step.error->message);
  recorded.end(end);
}

Run begin(xray::Client& client, const AgentRun& recording, Timestamp start) {
  const xray::sdk::RunOptions options{.startedAt = start};
  const auto task = std::visit([](const auto& id) { return xray::sdk::Value(id); }, recording.task);
  if (!recording.trial) {
    return client.startRun(recording.pipeline, {{"task_id", task}, {"source", recording.file}}, options);
  }
  return client.startRun(
      recording.pipeline,
      {{"task_id", task}, {"trial", *recording.trial}, {"reward", recording.reward}, {"source", recording.file}},
      options);
}

}  // namespace

xray::Id replayRun(xray::Client& client, const AgentRun& recording, Timestamp start) {
  auto run = begin(client, recording, start);
  Timestamp now = start;
  for (const auto& step : recording.steps) {
    const Timestamp end = now + inventedDuration(step);
    if (step.kind == AgentStep::Kind::Text) {
      recordText(run, step, now, end);
    } else {
      recordCall(run, step, now, end);
    }
    now = end + milliseconds(5);
  }
  if (recording.error) {
    run.logError(recording.error->message, {.type = recording.error->type, .at = now});
  } else {
    run.end(now);
  }
  return run.id();
}

}  // namespace replay
