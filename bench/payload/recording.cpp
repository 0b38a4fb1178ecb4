#include "bench/payload/recording.h"

#include "bench/payload/random.h"
#include "xray/event_encoder.h"

namespace xray::bench {
namespace {

constexpr SchemaRefView kSchema{"bench", 1};
constexpr std::uint64_t kRunItself = ~std::uint64_t{0};

/// Leaves the first `steps` steps, the last of them as it was when it started.
void stop(RecordedRun& run, std::size_t steps) {
  run.steps.resize(steps);
  StepEvent& last = run.steps.back();
  StepEvent started;
  started.runId = last.runId;
  started.stepId = last.stepId;
  started.seq = last.seq;
  started.name = last.name;
  started.stepType = last.stepType;
  started.startedAt = last.startedAt;
  started.inputData = last.inputData;
  last = started;
}

}  // namespace

Id Recording::idAt(Timestamp time, std::uint64_t run, std::uint64_t step) const {
  // Version 7: milliseconds, then bits that look random and hang on what the id is for.
  const auto millis =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
  const std::uint64_t head = Random::mix(Random::mix(options_.seed ^ run << 20) + step);
  const std::uint64_t tail = Random::mix(head + 1);
  Id::Bytes bytes{};
  for (unsigned i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (head & 0x0F));
  bytes[7] = static_cast<std::uint8_t>(head >> 8);
  for (unsigned i = 0; i < 8; ++i) bytes[8 + i] = static_cast<std::uint8_t>(tail >> 8 * i);
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
  return Id(bytes);
}

void Recording::make(std::uint64_t index, RecordedRun& run) const {
  const RunShape& shape = shapeOf(index);
  const Timestamp start = options_.firstStart + options_.spacing * static_cast<std::int64_t>(index);
  run.started = {};
  run.started.runId = idAt(start, index, kRunItself);
  run.started.pipeline = shape.pipeline;
  run.started.at = start;
  run.started.metadata = shape.metadata;
  if (options_.schema) run.started.schema = kSchema;
  run.over = options_.stopsEvery == 0 || (index + 1) % options_.stopsEvery != 0;
  run.steps.resize(shape.steps.size() * options_.repeat);
  Timestamp now = start;
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const StepShape& from = shape.steps[i % shape.steps.size()];
    StepEvent& step = run.steps[i] = {};
    step.runId = run.started.runId;
    step.stepId = idAt(now, index, i);
    step.seq = static_cast<std::int64_t>(i);
    step.name = from.name;
    step.stepType = from.type;
    step.startedAt = now;
    step.endedAt = now += from.duration;
    step.status = from.error.empty() ? StepStatus::Success : StepStatus::Error;
    step.inputData = from.input.json;
    step.outputData = from.output.json;
    step.reasoning = from.reasoning.json;
    step.error = from.error;
    step.errorType = from.errorType;
    step.errorMessage = from.errorMessage;
  }
  if (!run.over) stop(run, 1 + index / options_.stopsEvery % run.steps.size());
  run.ended = {};
  run.ended.runId = run.started.runId;
  run.ended.at = now;
  run.ended.failed = !shape.error.empty();
  run.ended.error = shape.error;
  run.ended.errorType = shape.errorType;
  run.ended.errorMessage = shape.errorMessage;
  run.ended.lastSeq = static_cast<std::int64_t>(run.steps.size()) - 1;
}

SchemaRegistered standardSchema() {
  static const std::string definition = standardDefinition();
  return {kSchema.name, kSchema.version, definition};
}

void encodeRun(std::string& out, const RecordedRun& run) {
  encodeEvent(out, run.started);
  for (const StepEvent& step : run.steps) encodeEvent(out, step);
  if (run.over) encodeEvent(out, run.ended);
}

std::string encodeBatch(const Recording& recording, std::uint64_t first, std::size_t bytes, std::uint64_t& next) {
  std::string batch;
  batch.reserve(bytes + bytes / 8);
  RecordedRun run;
  for (next = first; batch.size() < bytes; ++next) {
    recording.make(next, run);
    encodeRun(batch, run);
  }
  return batch;
}

}  // namespace xray::bench
