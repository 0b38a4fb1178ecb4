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
  auto recorded = run.step("reply", "llm", {.startedAt = start});
  recorded.input({{"from", step.heardFrom}, {"message", step.heard}});
  if (!step.system.empty()) recorded.input({{"system", step.system}});
  recorded.output({{"text", step.text}});
  recorded.end(end);
}

void recordCall(Run& run, const AgentStep& step, Timestamp start, Timestamp end) {
  auto recorded = run.step(step.name, "api", {.startedAt = start});
  recorded.input({{"arguments", xray::json(step.arguments)}});
  if (step.result) {
    if (step.resultIsJson) {
      recorded.output({{"result", xray::json(*step.result)}});
    } else {
      recorded.output({{"result", *step.result}});
    }
  }
  if (step.failed()) recorded.fail("ToolError", step.result.value_or("the recording has no result of this call"));
  recorded.end(end);
}

}  // namespace

void replayRun(xray::Client& client, const AgentRun& recording, Timestamp start) {
  auto run = client.startRun("tau-" + recording.domain,
                             {{"task_id", recording.task},
                              {"trial", recording.trial},
                              {"reward", recording.reward},
                              {"source", recording.file}},
                             {.startedAt = start});
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
  if (recording.reward == 0) {
    run.logError("the task was not solved (reward 0)", {.type = "RewardZero", .at = now});
  } else {
    run.end(now);
  }
}

}  // namespace replay
