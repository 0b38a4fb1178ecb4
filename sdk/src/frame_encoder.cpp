#include "frame_encoder.h"

#include "payload.h"
#include "run_state.h"
#include "xray/event_encoder.h"

namespace xray::sdk {

bool FrameEncoder::encode(std::string& out, const Frame& frame) {
  switch (frame.kind) {
    case FrameKind::RunStarted:
      encodeRunStarted(out, frame, frame.texts());
      return true;
    case FrameKind::StepStarted:
    case FrameKind::StepEnded:
      return encodeStep(out, frame);
    case FrameKind::RunEnded:
    case FrameKind::RunFailed:
      encodeRunEnded(out, frame, frame.texts());
      return true;
  }
  return false;
}

void FrameEncoder::encodeBare(std::string& out, const Frame& frame, std::size_t maxErrorBytes) {
  FrameTexts texts = frame.texts();
  texts[kInput] = {};
  if (texts[kError].size() > maxErrorBytes) texts[kError] = kErrorTooLarge;
  if (frame.kind == FrameKind::RunStarted) return encodeRunStarted(out, frame, texts);
  encodeRunEnded(out, frame, texts);
}

void FrameEncoder::encodeRunStarted(std::string& out, const Frame& frame, const FrameTexts& texts) {
  RunStarted event;
  event.runId = frame.run->id;
  event.pipeline = wireName(texts[kName], kMaxNameBytes, name_, counters_);
  event.at = frame.at;
  if (schema_) event.schema = schema_->ref();
  event.metadata = object(texts[kInput], input_, counters_);
  if (frame.timeout > Microseconds(0)) event.timeout = frame.timeout;
  if (frame.hasParent) event.parentRunId = frame.parentId;
  encodeEvent(out, event);
}

// What the schema refused of the run is in its `lost` by now: steps are encoded before the end of their run.
void FrameEncoder::encodeRunEnded(std::string& out, const Frame& frame, const FrameTexts& texts) {
  std::string lost;
  frame.run->lost.appendTo(lost);
  RunEnded event;
  event.runId = frame.run->id;
  event.at = frame.at;
  event.failed = frame.kind == FrameKind::RunFailed;
  event.error = texts[kError];
  if (frame.hasId) event.errorStepId = frame.id;
  event.metadata = object(texts[kInput], input_, counters_);
  if (frame.seq >= 0) event.lastSeq = frame.seq;
  event.lost = lost;
  encodeEvent(out, event);
}

bool FrameEncoder::encodeStep(std::string& out, const Frame& frame) {
  const FrameTexts texts = frame.texts();
  const bool ended = frame.kind == FrameKind::StepEnded;
  StepEvent event;
  event.runId = frame.run->id;
  event.stepId = frame.id;
  if (frame.hasParent) event.parentStepId = frame.parentId;
  event.seq = frame.seq;
  LiveCounters& counters = ended ? counters_ : uncounted_;
  event.name = wireName(texts[kName], kMaxNameBytes, name_, counters);
  event.stepType = wireName(texts[kStepType], kMaxTypeBytes, stepType_, counters);
  event.startedAt = frame.at;
  if (ended) {
    event.endedAt = frame.endedAt;
    event.status = frame.failed ? StepStatus::Error : StepStatus::Success;
  }
  event.inputData = object(texts[kInput], input_, counters);
  event.outputData = object(texts[kOutput], output_, counters);
  event.reasoning = object(texts[kReasoning], reasoning_, counters);
  event.error = texts[kError];
  Enforcement enforced;
  if (schema_) {
    enforced = schema_->check(event);
    if (enforced.rejected) return false;
    SchemaPolicy::apply(enforced, event);
  }
  encodeEvent(out, event);
  return true;
}

JsonText FrameEncoder::object(std::string_view tape, std::string& room, LiveCounters& counters) {
  constexpr std::size_t kKeptRoom = std::size_t{1} << 20;
  if (tape.empty()) return "{}";
  room.clear();
  if (room.capacity() > kKeptRoom) room.shrink_to_fit();
  if (const unsigned invalid = renderObject(room, tape); invalid > 0) count(counters.invalidJson, invalid);
  return room;
}

}  // namespace xray::sdk
