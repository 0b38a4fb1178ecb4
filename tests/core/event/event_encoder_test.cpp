#include "xray/event_encoder.h"

#include <gtest/gtest.h>

#include <random>

#include "core/event/event_lines.h"
#include "xray/event_decoder.h"
#include "xray/json.h"

namespace xray {
namespace {

using namespace test;

TEST(EncodeEvent, WritesOneLineWithoutDefaults) {
  const Id runId = *Id::parse(kRunId);
  const Id stepId = *Id::parse(kStepId);
  const Timestamp time = *parseTimestamp("2026-11-22T10:00:00.5Z");
  std::string out = "before\n";
  RunStarted run{.runId = runId, .pipeline = "a\"b\n", .at = time, .schema = {}, .timeout = {}, .parentRunId = {}};
  encodeEvent(out, run);
  EXPECT_EQ(out, "before\n{\"event\":\"run.started\",\"run_id\":\"" + kRunId +
                     "\",\"pipeline\":\"a\\\"b\\n\",\"at\":\"2026-11-22T10:00:00.500000Z\"}\n");

  run.metadata = "{\n\"a\":\r\n[\n1]\n}";
  run.timeout = Microseconds(1'500'001);
  run.schema = SchemaRefView{"s", 2};
  out.clear();
  encodeEvent(out, run);
  EXPECT_EQ(out, "{\"event\":\"run.started\",\"run_id\":\"" + kRunId +
                     "\",\"pipeline\":\"a\\\"b\\n\",\"at\":\"2026-11-22T10:00:00.500000Z\",\"schema\":{\"name\":\"s\","
                     "\"version\":2},"
                     "\"metadata\":{ \"a\":  [ 1] },\"timeout_s\":1.500001}\n");

  StepEvent step;
  step.runId = runId;
  step.stepId = stepId;
  step.name = "n";
  step.stepType = "t";
  step.startedAt = time;
  step.seq = 0;
  out.clear();
  encodeEvent(out, step);
  EXPECT_EQ(out, "{\"event\":\"step.started\",\"run_id\":\"" + kRunId + "\",\"step_id\":\"" + kStepId +
                     "\",\"seq\":0,\"name\":\"n\",\"step_type\":\"t\",\"at\":\"2026-11-22T10:00:00.500000Z\"}\n");
}

/// Random events and the texts they point into.
class EventGenerator {
 public:
  explicit EventGenerator(std::uint64_t seed) : random_(seed) {}

  Event event() {
    Event event;
    switch (below(5)) {
      case 0:
        event.fact = RunStarted{
            id(),        name(200),
            time(),      chance() ? std::optional(SchemaRefView{name(200), 1 + below(INT32_MAX - 1)}) : std::nullopt,
            object(),    chance() ? std::optional(Microseconds(1 + below(1'000'000'000))) : std::nullopt,
            optionalId()};
        break;
      case 1:
      case 2:
        event.fact = step(chance());
        break;
      case 3:
        event.fact = runEnded(chance());
        break;
      default:
        event.fact = SchemaRegistered{name(200), 1 + below(100), keep(canonicalJson(object()))};
    }
    return event;
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  bool chance() { return below(2) == 0; }
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  Timestamp time() { return Timestamp(Microseconds(static_cast<std::int64_t>(random_() % 4'000'000'000'000'000))); }
  std::optional<Id> optionalId() { return chance() ? std::optional(id()) : std::nullopt; }
  std::optional<std::int64_t> optionalCount() {
    return chance() ? std::optional(static_cast<std::int64_t>(random_() >> 1)) : std::nullopt;
  }

  Id id() {
    Id::Bytes bytes;
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    return Id(bytes);
  }

  std::string_view name(std::size_t maxBytes) {
    static const std::vector<std::string> kPieces = {
        "a", "\"", "\\", "\n", "\x01", "/", "\xC3\xA9", "\xF0\x9F\x98\x80", "price"};
    std::string text = "n";
    while (text.size() + 5 < maxBytes && below(8) != 0)
      text += kPieces[below(static_cast<std::uint32_t>(kPieces.size()))];
    return keep(std::move(text));
  }

  JsonText object() {
    std::string text;
    JsonWriter json(text);
    json.beginObject();
    const unsigned count = below(4);
    for (unsigned i = 0; i < count; ++i) {
      json.key("k" + std::to_string(i))
          .beginArray()
          .string(name(50))
          .number(std::uniform_real_distribution<>(-1e9, 1e9)(random_))
          .null();
      json.endArray();
    }
    json.endObject();
    return keep(std::move(text));
  }

  StepEvent step(bool ended) {
    StepEvent step;
    step.runId = id();
    step.stepId = id();
    step.parentStepId = optionalId();
    step.seq = optionalCount();
    step.name = name(200);
    step.stepType = name(100);
    step.startedAt = time();
    step.inputData = object();
    if (!ended) return step;
    step.endedAt = time();
    step.status = chance() ? StepStatus::Success : StepStatus::Error;
    step.outputData = object();
    step.reasoning = object();
    if (chance()) error(step.error, step.errorType, step.errorMessage);
    if (chance()) {
      step.violations = R"([{"pointer":"/a","kind":"wrong_type","action":"warned"}])";
      step.violationCount = 1;
    }
    return step;
  }

  void error(JsonText& error, std::string_view& type, std::string_view& message) {
    type = name(50);
    message = name(100);
    std::string text;
    JsonWriter(text).beginObject().key("type").string(type).key("message").string(message).endObject();
    error = keep(std::move(text));
  }

  RunEnded runEnded(bool failed) {
    RunEnded run;
    run.runId = id();
    run.at = time();
    run.failed = failed;
    if (failed) error(run.error, run.errorType, run.errorMessage);
    run.metadata = object();
    run.lastSeq = optionalCount();
    if (chance()) run.lost = R"({"queue_full":3})";
    return run;
  }

  std::mt19937_64 random_;
  std::deque<std::string> texts_;
};

void expectSame(const RunStarted& a, const RunStarted& b) {
  EXPECT_EQ(std::tie(a.runId, a.pipeline, a.at, a.schema, a.metadata, a.timeout, a.parentRunId),
            std::tie(b.runId, b.pipeline, b.at, b.schema, b.metadata, b.timeout, b.parentRunId));
}

void expectSame(const StepEvent& a, const StepEvent& b) {
  EXPECT_EQ(std::tie(a.runId, a.stepId, a.parentStepId, a.seq, a.name, a.stepType, a.startedAt, a.endedAt, a.status),
            std::tie(b.runId, b.stepId, b.parentStepId, b.seq, b.name, b.stepType, b.startedAt, b.endedAt, b.status));
  EXPECT_EQ(std::tie(a.inputData, a.outputData, a.reasoning, a.error, a.errorType, a.errorMessage, a.violations,
                     a.violationCount),
            std::tie(b.inputData, b.outputData, b.reasoning, b.error, b.errorType, b.errorMessage, b.violations,
                     b.violationCount));
}

void expectSame(const RunEnded& a, const RunEnded& b) {
  EXPECT_EQ(std::tie(a.runId, a.at, a.failed, a.error, a.errorType, a.errorMessage, a.errorStepId, a.metadata,
                     a.lastSeq, a.lost),
            std::tie(b.runId, b.at, b.failed, b.error, b.errorType, b.errorMessage, b.errorStepId, b.metadata,
                     b.lastSeq, b.lost));
}

void expectSame(const SchemaRegistered& a, const SchemaRegistered& b) {
  EXPECT_EQ(std::tie(a.name, a.version, a.definition), std::tie(b.name, b.version, b.definition));
}

TEST(EncodeEvent, DecodesToTheSameEvent) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  EventGenerator generate(seed);
  std::vector<Event> events;
  std::string body;
  for (int i = 0; i < 1000; ++i) encodeEvent(body, events.emplace_back(generate.event()));
  const auto batch = decodeBatch({body}, {});
  ASSERT_TRUE(batch.ok());
  for (const RejectedEvent& rejected : batch->rejected) ADD_FAILURE() << rejected.detail;
  ASSERT_EQ(batch->events.size(), events.size());
  EXPECT_TRUE(batch->warnings.empty());
  std::string again;
  for (std::size_t i = 0; i < events.size(); ++i) {
    std::visit(
        [&](const auto& expected) {
          using Fact = std::decay_t<decltype(expected)>;
          ASSERT_TRUE(std::holds_alternative<Fact>(batch->events[i].fact));
          expectSame(std::get<Fact>(batch->events[i].fact), expected);
        },
        events[i].fact);
    encodeEvent(again, batch->events[i]);
  }
  EXPECT_EQ(again, body);
}

}  // namespace
}  // namespace xray
