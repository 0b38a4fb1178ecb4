// What good events become.

#include <gtest/gtest.h>

#include "core/event/event_lines.h"
#include "xray/event_decoder.h"

namespace xray {
namespace {

using namespace test;

DecodedBatch decoded(const std::string& lines) {
  auto batch = decodeBatch({lines}, {});
  EXPECT_TRUE(batch.ok()) << batch.status().message();
  if (!batch.ok()) return {};
  for (const RejectedEvent& rejected : batch->rejected) ADD_FAILURE() << rejected.line << ": " << rejected.detail;
  return std::move(*batch);
}

template <typename Fact>
const Fact& fact(const DecodedBatch& batch, std::size_t index = 0) {
  return std::get<Fact>(batch.events.at(index).fact);
}

Timestamp at(const char* text) {
  return *parseTimestamp(text);
}

TEST(DecodeBatch, MinimalEvents_HaveDefaults) {
  const auto batch = decoded(runStarted() + "\n" + stepStarted() + "\n" + stepEnded() + "\n" + runEnded() + "\n" +
                             runFailed() + "\n" + schemaRegistered() + "\n");
  ASSERT_EQ(batch.events.size(), 6u);
  EXPECT_TRUE(batch.warnings.empty());
  const auto& run = fact<RunStarted>(batch);
  EXPECT_EQ(run.runId, *Id::parse(kRunId));
  EXPECT_EQ(run.pipeline, "p");
  EXPECT_EQ(run.at, at("2026-11-22T10:00:00Z"));
  EXPECT_EQ(run.metadata, "{}");
  EXPECT_FALSE(run.schema || run.timeout || run.parentRunId);
  const auto& started = fact<StepEvent>(batch, 1);
  EXPECT_FALSE(started.ended());
  EXPECT_EQ(started.status, StepStatus::Running);
  EXPECT_EQ(started.startedAt, at("2026-11-22T10:00:01Z"));
  EXPECT_EQ(started.violations, "[]");
  const auto& ended = fact<StepEvent>(batch, 2);
  EXPECT_EQ(ended.status, StepStatus::Success);
  EXPECT_EQ(ended.endedAt, at("2026-11-22T10:00:02Z"));
  EXPECT_EQ(ended.inputData, "{}");
  EXPECT_TRUE(ended.error.empty());
  EXPECT_EQ(ended.errorType.data(), nullptr);
  EXPECT_EQ(ended.violationCount, 0u);
  EXPECT_FALSE(ended.schemaChecked);
  EXPECT_FALSE(fact<RunEnded>(batch, 3).failed);
  EXPECT_EQ(fact<RunEnded>(batch, 3).lost, "{}");
  EXPECT_TRUE(fact<RunEnded>(batch, 4).failed);
  EXPECT_EQ(fact<RunEnded>(batch, 4).errorMessage, "m");
  EXPECT_EQ(fact<RunEnded>(batch, 4).errorType.data(), nullptr);
  EXPECT_EQ(*batch.events[4].runId(), *Id::parse(kRunId));
  EXPECT_EQ(batch.events[5].runId(), nullptr);
}

TEST(DecodeBatch, FullEvents_KeepEverything) {
  const auto batch = decoded(
      runStarted(",\"schema\":{\"version\":3,\"name\":\"s\"},\"metadata\":{\"a\":[1.10]},\"timeout_s\":1.5,\"parent_"
                 "run_id\":\"" +
                 kParentId + "\"") +
      "\n" +
      stepEnded(
          ",\"parent_step_id\":\"" + kParentId +
          "\",\"seq\":9223372036854775807,\"input_data\":{\"i\":1},\"output_data\":{\"o\":2},"
          "\"reasoning\":{\"r\":3},\"status\":\"error\",\"error\":{\"type\":\"T\\u0065\",\"message\":\"\",\"more\":[]},"
          "\"violations\":[{\"pointer\":\"/a\",\"kind\":\"unknown_key\",\"action\":\"warned\",\"reason\":\"why\"}]") +
      "\n" +
      runFailed(",\"error\":{\"message\":\"a\\nb\",\"type\":\"T\",\"step_id\":\"" + kStepId +
                "\"},\"metadata\":{\"m\":1},\"last_seq\":7,\"lost\":{\"queue_full\":2}"));
  EXPECT_TRUE(batch.warnings.empty());
  const auto& run = fact<RunStarted>(batch);
  EXPECT_EQ(run.schema, (SchemaRefView{"s", 3}));
  EXPECT_EQ(run.metadata, "{\"a\":[1.10]}");
  EXPECT_EQ(run.timeout, Microseconds(1'500'000));
  EXPECT_EQ(run.parentRunId, Id::parse(kParentId));
  const auto& step = fact<StepEvent>(batch, 1);
  EXPECT_EQ(step.parentStepId, Id::parse(kParentId));
  EXPECT_EQ(step.seq, INT64_MAX);
  EXPECT_EQ(step.inputData, "{\"i\":1}");
  EXPECT_EQ(step.outputData, "{\"o\":2}");
  EXPECT_EQ(step.reasoning, "{\"r\":3}");
  EXPECT_EQ(step.status, StepStatus::Error);
  EXPECT_EQ(step.error, "{\"type\":\"T\\u0065\",\"message\":\"\",\"more\":[]}");
  EXPECT_EQ(step.errorType, "Te");
  EXPECT_EQ(step.errorMessage, "");
  EXPECT_NE(step.errorMessage.data(), nullptr);
  EXPECT_EQ(step.violationCount, 1u);
  const auto& ended = fact<RunEnded>(batch, 2);
  EXPECT_EQ(ended.errorMessage, "a\nb");
  EXPECT_EQ(ended.errorStepId, Id::parse(kStepId));
  EXPECT_EQ(ended.metadata, "{\"m\":1}");
  EXPECT_EQ(ended.lastSeq, 7);
  EXPECT_EQ(ended.lost, "{\"queue_full\":2}");
}

TEST(DecodeBatch, Payloads_AreViewsIntoTheBatch) {
  const auto batch =
      decoded(stepEnded(",\"input_data\":{ \"n\": 123456789012345678901234567890 , \"s\" : \"\\u00e9\\n\" }"));
  const JsonText input = fact<StepEvent>(batch).inputData;
  EXPECT_EQ(input, "{ \"n\": 123456789012345678901234567890 , \"s\" : \"\\u00e9\\n\" }");
  EXPECT_GE(input.data(), batch.body->data());
  EXPECT_LT(input.data(), batch.body->data() + batch.body->size());
  EXPECT_TRUE(batch.texts.empty());
}

TEST(DecodeBatch, NullAndRepeatedMembers_FollowTheLastOne) {
  const auto batch = decoded(stepEnded(
      ",\"seq\":7,\"seq\":null,\"input_data\":null,\"error\":null,\"violations\":null,\"parent_step_id\":null,"
      "\"n\\u0061me\":\"last\",\"reasoning\":{\"a\":1},\"reasoning\":{\"b\":2}"));
  const auto& step = fact<StepEvent>(batch);
  EXPECT_FALSE(step.seq || step.parentStepId);
  EXPECT_EQ(step.inputData, "{}");
  EXPECT_TRUE(step.error.empty());
  EXPECT_EQ(step.name, "last");
  EXPECT_EQ(step.reasoning, "{\"b\":2}");
  EXPECT_TRUE(batch.warnings.empty());
  const auto run = decoded(runStarted(",\"schema\":null,\"metadata\":null,\"timeout_s\":null,\"parent_run_id\":null"));
  EXPECT_FALSE(fact<RunStarted>(run).schema || fact<RunStarted>(run).timeout);
}

TEST(DecodeBatch, Names_AreMeasuredInBytesOfTheirCharacters) {
  const std::string accents(100, 'x');
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\\u00e9";  // two bytes each
  const auto batch = decoded(stepEnded(",\"name\":\"" + name + "\""));
  EXPECT_EQ(fact<StepEvent>(batch).name.size(), 200u);
  const auto over = decodeBatch({stepEnded(",\"name\":\"" + name + "x\"")}, {});
  ASSERT_TRUE(over.ok());
  ASSERT_EQ(over->rejected.size(), 1u);
  EXPECT_EQ(over->rejected[0].detail, "step.ended: \"name\" must be a string of 1 to 200 bytes, not one of 201");
}

TEST(DecodeBatch, Timeouts_FitIntoMicroseconds) {
  const auto timeout = [](const std::string& seconds) {
    return fact<RunStarted>(decoded(runStarted(",\"timeout_s\":" + seconds))).timeout;
  };
  EXPECT_EQ(timeout("900"), Microseconds(900'000'000));
  EXPECT_EQ(timeout("0.000001"), Microseconds(1));
  EXPECT_EQ(timeout("1e-9"), Microseconds(1));
  EXPECT_EQ(timeout("1e300"), Microseconds(std::int64_t{1} << 62));
}

TEST(DecodeBatch, UnknownMembers_AreIgnoredAndCountedOnce) {
  const auto batch = decoded(runStarted(",\"color\":1,\"n\\u0065w\":{\"x\":[]}") + "\n" +
                             stepEnded(",\"color\":null,\"pipeline\":\"p\"") + "\n" +
                             runEnded(",\"a\":1,\"b\":2,\"c\":3,\"error\":{}"));
  ASSERT_EQ(batch.events.size(), 3u);
  ASSERT_EQ(batch.warnings.size(), 1u);
  EXPECT_EQ(batch.warnings[0].code, "unknown_members");
  EXPECT_EQ(batch.warnings[0].detail,
            "members that are not known were ignored: \"color\", \"new\", \"pipeline\", \"a\", \"b\", …");
  EXPECT_EQ(batch.warnings[0].count, 8u);
}

TEST(DecodeBatch, WhatStoresCannotHoldInAStep_BecomesAlteredViolations) {
  const auto batch = decoded(
      stepEnded(",\"name\":\"n\\u0000\",\"input_data\":{\"query\":\"a\\u0000b\",\"n\":1e400},\"output_data\":{\"a\":1,"
                "\"a\":2},\"error\":{\"message\":\"\\ud800\"},"
                "\"violations\":[{\"pointer\":\"/input_data/n\",\"kind\":\"altered\",\"action\":\"sanitized\"}]"));
  const auto& step = fact<StepEvent>(batch);
  EXPECT_EQ(step.name, "n\xEF\xBF\xBD");
  EXPECT_EQ(step.inputData,
            "{\"query\":\"a\xEF\xBF\xBD"
            "b\",\"n\":\"1e400\"}");
  EXPECT_EQ(step.outputData, "{\"a\":2}");
  EXPECT_EQ(step.errorMessage, "\xEF\xBF\xBD");
  EXPECT_EQ(step.error, "{\"message\":\"\xEF\xBF\xBD\"}");
  EXPECT_EQ(
      step.violations,
      "[{\"pointer\":\"/input_data/n\",\"kind\":\"altered\",\"action\":\"sanitized\"},"
      "{\"pointer\":\"/name\",\"kind\":\"altered\",\"action\":\"sanitized\",\"reason\":\"NUL character\"},"
      "{\"pointer\":\"/input_data/query\",\"kind\":\"altered\",\"action\":\"sanitized\",\"reason\":\"NUL character\"},"
      "{\"pointer\":\"/error/message\",\"kind\":\"altered\",\"action\":\"sanitized\",\"reason\":\"lone surrogate\"}]");
  EXPECT_EQ(step.violationCount, 4u);
  EXPECT_TRUE(batch.warnings.empty());

  const auto running = decoded(stepStarted(",\"input_data\":{\"a\":\"\\u0000\"}"));
  EXPECT_EQ(
      fact<StepEvent>(running).violations,
      "[{\"pointer\":\"/input_data/a\",\"kind\":\"altered\",\"action\":\"sanitized\",\"reason\":\"NUL character\"}]");
}

TEST(DecodeBatch, WhatStoresCannotHoldElsewhere_BecomesAWarning) {
  const auto batch =
      decoded(runStarted(",\"pipeline\":\"p\\u0000\",\"metadata\":{\"m\":1e999,\"k\":1,\"k\":2},"
                         "\"schema\":{\"name\":\"\\udfff\",\"version\":1}") +
              "\n" + runFailed(",\"error\":{\"message\":\"x\\u0000\"}") + "\n" + runEnded(",\"lost\":{\"\\u0000\":1}") +
              "\n" + schemaRegistered(",\"definition\":{\"b\":\"\\u0000\",\"a\":1}"));
  EXPECT_EQ(fact<RunStarted>(batch).pipeline, "p\xEF\xBF\xBD");
  EXPECT_EQ(fact<RunStarted>(batch).metadata, "{\"m\":\"1e999\",\"k\":2}");
  EXPECT_EQ(fact<RunStarted>(batch).schema->name, "\xEF\xBF\xBD");
  EXPECT_EQ(fact<RunEnded>(batch, 1).errorMessage, "x\xEF\xBF\xBD");
  EXPECT_EQ(fact<RunEnded>(batch, 2).lost, "{\"\xEF\xBF\xBD\":1}");
  EXPECT_EQ(fact<SchemaRegistered>(batch, 3).definition, "{\"a\":1,\"b\":\"\xEF\xBF\xBD\"}");
  ASSERT_EQ(batch.warnings.size(), 1u);
  EXPECT_EQ(batch.warnings[0].code, "altered");
  EXPECT_EQ(batch.warnings[0].count, 6u);
  EXPECT_EQ(
      batch.warnings[0].detail,
      "values that a store cannot hold were altered: line 1: \"/pipeline\": NUL character, line 1: \"/schema/name\": "
      "lone surrogate, "
      "line 1: \"/metadata/m\": number outside double range, line 2: \"/error/message\": NUL character, line 3: "
      "\"/lost/\xEF\xBF\xBD\": NUL character, …");
}

TEST(DecodeBatch, APayloadFullOfFaults_ListsAHundred) {
  std::string faults;
  for (int i = 0; i < 3000; ++i) faults += (i ? ",\"\\u0000\"" : "\"\\u0000\"");
  const auto batch = decoded(stepEnded(",\"input_data\":{\"a\":[" + faults + "]}"));
  const auto& step = fact<StepEvent>(batch);
  EXPECT_EQ(step.violationCount, 101u);
  EXPECT_TRUE(step.violations.ends_with(
      ",{\"pointer\":\"/input_data\",\"kind\":\"altered\",\"action\":\"sanitized\",\"reason\":\"2900 more that are not "
      "listed\"}]"))
      << step.violations.substr(step.violations.size() - 200);
  // Nor does a long name around many faults make a list far larger than the event.
  const auto longName = decoded(stepEnded(",\"input_data\":{\"" + std::string(100'000, 'x') + "\":[" + faults + "]}"));
  EXPECT_LT(fact<StepEvent>(longName).violations.size(), 400'000u);
}

TEST(DecodeBatch, Definitions_AreCanonical) {
  const auto batch =
      decoded(schemaRegistered(",\"definition\":{ \"b\":[ 1, {\"y\":1,\"x\":\"\\u0041\"} ], \"a\":{} }"));
  EXPECT_EQ(fact<SchemaRegistered>(batch).definition, "{\"a\":{},\"b\":[1,{\"x\":\"A\",\"y\":1}]}");
}

}  // namespace
}  // namespace xray
