#include "frame_encoder.h"

#include "run_state.h"
#include "xray/event_encoder.h"

namespace xray::sdk {
namespace {

JsonText objectOr(std::string_view text, JsonText fallback) {
  return text.empty() ? fallback : text;
}

void encodeRunStarted(std::string& out, const Frame& frame, const SchemaPolicy* schema) {
  const FrameTexts texts = frame.texts();
  RunStarted event;
  event.runId = frame.run->id;
  event.pipeline = texts[kName];
  event.at = frame.at;
  if (schema) event.schema = schema->ref();
  event.metadata = objectOr(texts[kInput], "{}");
  if (frame.timeout > Microseconds(0)) event.timeout = frame.timeout;
  if (frame.hasParent) event.parentRunId = frame.parentId;
  encodeEvent(out, event);
}

void encodeRunEnded(std::string& out, const Frame& frame) {
  const FrameTexts texts = frame.texts();
  std::string lost;
  frame.run->lost.appendTo(lost);
  RunEnded event;
  event.runId = frame.run->id;
  event.at = frame.at;
  event.failed = frame.kind == FrameKind::RunFailed;
  event.error = texts[kError];
  if (frame.hasId) event.errorStepId = frame.id;
  event.metadata = objectOr(texts[kInput], "{}");
  if (frame.seq >= 0) event.lastSeq = frame.seq;
  event.lost = objectOr(lost, "{}");
  encodeEvent(out, event);
}

void encodeStep(std::string& out, const Frame& frame, const SchemaPolicy* schema) {
  FrameTexts texts = frame.texts();
  const bool ended = frame.kind == FrameKind::StepEnded;
  Enforcement enforced;
  if (schema && !ended) {
    enforced = schema->check(texts, false);
    if (enforced.rejected) return;
    SchemaPolicy::apply(enforced, texts);
    texts[kViolations] = {};  // told with the end
  }
  StepEvent event;
  event.runId = frame.run->id;
  event.stepId = frame.id;
  if (frame.hasParent) event.parentStepId = frame.parentId;
  event.seq = frame.seq;
  event.name = texts[kName];
  event.stepType = texts[kStepType];
  event.startedAt = frame.at;
  if (ended) {
    event.endedAt = frame.endedAt;
    event.status = frame.failed ? StepStatus::Error : StepStatus::Success;
  }
  event.inputData = objectOr(texts[kInput], "{}");
  event.outputData = objectOr(texts[kOutput], "{}");
  event.reasoning = objectOr(texts[kReasoning], "{}");
  event.error = texts[kError];
  event.violations = objectOr(texts[kViolations], "[]");
  encodeEvent(out, event);
}

}  // namespace

void encodeFrame(std::string& out, const Frame& frame, const SchemaPolicy* schema) {
  switch (frame.kind) {
    case FrameKind::RunStarted:
      return encodeRunStarted(out, frame, schema);
    case FrameKind::StepStarted:
    case FrameKind::StepEnded:
      return encodeStep(out, frame, schema);
    case FrameKind::RunEnded:
    case FrameKind::RunFailed:
      return encodeRunEnded(out, frame);
  }
}

}  // namespace xray::sdk
