// Every rule of wire.md section 1 that an event can break: the code, the exact words, and that the neighbours are
// stored.

#include <gtest/gtest.h>

#include "core/event/event_lines.h"
#include "xray/event_decoder.h"

namespace xray {
namespace {

using namespace test;

struct BadEvent {
  std::string line;
  RejectCode code;
  std::string detail;
};

// Members given twice: the last one wins, so a bad one behind a good event replaces the good one.
std::vector<BadEvent> badEvents() {
  constexpr auto kEvent = RejectCode::InvalidEvent;
  constexpr auto kJson = RejectCode::InvalidJson;
  const std::string kinds = "one of run.started, step.started, step.ended, run.ended, run.failed, schema.registered";
  const std::string violationKinds = "one of unknown_key, unknown_step_type, wrong_type, missing_key, altered";
  return {
      {"{", kJson, "expected a member name in double quotes, or \"}\" at byte 1, found the end"},
      {"nonsense", kJson, "expected a value at byte 0, found \"n\""},
      {runStarted() + "x", kJson, "expected the end of the text at byte 114, found \"x\""},
      {"\xEF\xBB\xBF" + runStarted(), kJson, "expected a value at byte 0, found \"\xEF\xBB\xBF\""},
      {runStarted(",\"metadata\":{\"a\":01}"), kJson, "expected no digit after a leading 0 at byte 131, found \"1\""},
      {runStarted(",\"ignored\":\"\xC3\""), kJson, "expected UTF-8 at byte 125"},
      {"[]", kEvent, "an event must be a JSON object, not of type array"},
      {"\"x\"", kEvent, "an event must be a JSON object, not of type string"},
      {"7", kEvent, "an event must be a JSON object, not of type number"},
      {"null", kEvent, "an event must be a JSON object, not of type null"},

      {"{}", kEvent, "missing \"event\""},
      {"{\"event\":null}", kEvent, "missing \"event\""},
      {"{\"event\":7}", kEvent, "\"event\" must be " + kinds + ", not 7"},
      {"{\"event\":\"step.endd\"}", kEvent,
       "\"event\" must be " + kinds + ", not \"step.endd\"; did you mean \"step.ended\"?"},
      {"{\"event\":\"zzz\"}", kEvent, "\"event\" must be " + kinds + ", not \"zzz\""},

      {"{\"event\":\"run.started\"}", kEvent, "run.started: missing \"run_id\""},
      {runStarted(",\"run_id\":null"), kEvent, "run.started: missing \"run_id\""},
      {runStarted(",\"run_id\":\"0193a0f2\""), kEvent, "run.started: \"run_id\" must be a UUID, not \"0193a0f2\""},
      {runStarted(",\"run_id\":{}"), kEvent, "run.started: \"run_id\" must be a UUID, not an object"},
      {runStarted(",\"pipeline\":\"\""), kEvent,
       "run.started: \"pipeline\" must be a string of 1 to 200 bytes, not \"\""},
      {runStarted(",\"pipeline\":7.5"), kEvent,
       "run.started: \"pipeline\" must be a string of 1 to 200 bytes, not 7.5"},
      {runStarted(",\"pipeline\":\"" + std::string(201, 'x') + "\""), kEvent,
       "run.started: \"pipeline\" must be a string of 1 to 200 bytes, not one of 201"},
      {runStarted(",\"pipeline\":null"), kEvent, "run.started: missing \"pipeline\""},
      {runStarted(",\"at\":\"2026-11-22T10:00:00\""), kEvent,
       "run.started: \"at\" must be an RFC 3339 time with an offset, not \"2026-11-22T10:00:00\""},
      {runStarted(",\"at\":1700000000"), kEvent,
       "run.started: \"at\" must be an RFC 3339 time with an offset, not 1700000000"},
      {runStarted(",\"schema\":[]"), kEvent, "run.started: \"schema\" must be an object, not an array"},
      {runStarted(",\"schema\":{\"version\":1}"), kEvent, "run.started: missing \"schema.name\""},
      {runStarted(",\"schema\":{\"name\":\"s\"}"), kEvent, "run.started: missing \"schema.version\""},
      {runStarted(",\"schema\":{\"name\":\"\",\"version\":1}"), kEvent,
       "run.started: \"schema.name\" must be a string of 1 to 200 bytes, not \"\""},
      {runStarted(",\"schema\":{\"name\":\"s\",\"version\":0}"), kEvent,
       "run.started: \"schema.version\" must be an integer from 1 to 2147483647, not 0"},
      {runStarted(",\"schema\":{\"name\":\"s\",\"version\":2147483648}"), kEvent,
       "run.started: \"schema.version\" must be an integer from 1 to 2147483647, not 2147483648"},
      {runStarted(",\"metadata\":[1]"), kEvent, "run.started: \"metadata\" must be an object, not an array"},
      {runStarted(",\"timeout_s\":0"), kEvent, "run.started: \"timeout_s\" must be a number of seconds above 0, not 0"},
      {runStarted(",\"timeout_s\":-1.5"), kEvent,
       "run.started: \"timeout_s\" must be a number of seconds above 0, not -1.5"},
      {runStarted(",\"timeout_s\":1e400"), kEvent,
       "run.started: \"timeout_s\" must be a number of seconds above 0, not 1e400"},
      {runStarted(",\"timeout_s\":\"9\""), kEvent,
       "run.started: \"timeout_s\" must be a number of seconds above 0, not \"9\""},
      {runStarted(",\"parent_run_id\":\"me\""), kEvent, "run.started: \"parent_run_id\" must be a UUID, not \"me\""},

      {stepStarted(",\"step_id\":true"), kEvent, "step.started: \"step_id\" must be a UUID, not true"},
      {stepStarted(",\"name\":null"), kEvent, "step.started: missing \"name\""},
      {stepStarted(",\"step_type\":\"" + std::string(101, 'x') + "\""), kEvent,
       "step.started: \"step_type\" must be a string of 1 to 100 bytes, not one of 101"},
      {stepStarted(",\"at\":null"), kEvent, "step.started: missing \"at\""},
      {stepStarted(",\"seq\":-1"), kEvent, "step.started: \"seq\" must be an integer of at least 0, not -1"},
      {stepStarted(",\"seq\":3.0"), kEvent, "step.started: \"seq\" must be an integer of at least 0, not 3.0"},
      {stepStarted(",\"seq\":1e2"), kEvent, "step.started: \"seq\" must be an integer of at least 0, not 1e2"},
      {stepStarted(",\"seq\":9223372036854775808"), kEvent,
       "step.started: \"seq\" must be an integer of at least 0, not 9223372036854775808"},
      {stepStarted(",\"seq\":\"1\""), kEvent, "step.started: \"seq\" must be an integer of at least 0, not \"1\""},
      {stepStarted(",\"parent_step_id\":7"), kEvent, "step.started: \"parent_step_id\" must be a UUID, not 7"},
      {stepStarted(",\"input_data\":\"{}\""), kEvent, "step.started: \"input_data\" must be an object, not \"{}\""},

      {"{\"event\":\"step.ended\",\"run_id\":\"" + kRunId + "\",\"step_id\":\"" + kStepId + "\"}", kEvent,
       "step.ended: missing \"name\""},
      {stepEnded(",\"started_at\":null"), kEvent, "step.ended: missing \"started_at\""},
      {stepEnded(",\"started_at\":\"yesterday\""), kEvent,
       "step.ended: \"started_at\" must be an RFC 3339 time with an offset, not \"yesterday\""},
      {stepEnded(",\"status\":\"ok\""), kEvent, "step.ended: \"status\" must be success or error, not \"ok\""},
      {stepEnded(",\"status\":\"running\""), kEvent,
       "step.ended: \"status\" must be success or error, not \"running\""},
      {stepEnded(",\"status\":true"), kEvent, "step.ended: \"status\" must be success or error, not true"},
      {stepEnded(",\"status\":null"), kEvent, "step.ended: missing \"status\""},
      {stepEnded(",\"output_data\":[]"), kEvent, "step.ended: \"output_data\" must be an object, not an array"},
      {stepEnded(",\"reasoning\":1"), kEvent, "step.ended: \"reasoning\" must be an object, not 1"},
      {stepEnded(",\"error\":\"boom\""), kEvent, "step.ended: \"error\" must be an object, not \"boom\""},
      {stepEnded(",\"error\":{\"type\":1}"), kEvent, "step.ended: \"error.type\" must be a string, not 1"},
      {stepEnded(",\"error\":{\"message\":{}}"), kEvent,
       "step.ended: \"error.message\" must be a string, not an object"},
      {stepEnded(",\"violations\":{}"), kEvent, "step.ended: \"violations\" must be an array, not an object"},
      {stepEnded(",\"violations\":[7]"), kEvent, "step.ended: \"violations[0]\" must be an object, not 7"},
      {stepEnded(",\"violations\":[{\"kind\":\"altered\",\"action\":\"warned\"}]"), kEvent,
       "step.ended: missing \"violations[0].pointer\""},
      {stepEnded(",\"violations\":[{\"pointer\":\"\",\"kind\":\"altered\"}]"), kEvent,
       "step.ended: missing \"violations[0].action\""},
      {stepEnded(",\"violations\":[{\"pointer\":1,\"kind\":\"altered\",\"action\":\"warned\"}]"), kEvent,
       "step.ended: \"violations[0].pointer\" must be a JSON Pointer, not 1"},
      {stepEnded(",\"violations\":[{\"pointer\":\"/a\",\"kind\":\"altered\",\"action\":\"warned\"},"
                 "{\"pointer\":\"/a\",\"kind\":\"odd\",\"action\":\"warned\"}]"),
       kEvent, "step.ended: \"violations[1].kind\" must be " + violationKinds + ", not \"odd\""},
      {stepEnded(",\"violations\":[{\"pointer\":\"/a\",\"kind\":\"altered\",\"action\":\"none\"}]"), kEvent,
       "step.ended: \"violations[0].action\" must be one of warned, sanitized, rejected, not \"none\""},
      {stepEnded(",\"violations\":[{\"pointer\":\"/a\",\"kind\":\"altered\",\"action\":\"warned\",\"reason\":1}]"),
       kEvent, "step.ended: \"violations[0].reason\" must be a string, not 1"},

      {runEnded(",\"at\":\"2026-02-30T00:00:00Z\""), kEvent,
       "run.ended: \"at\" must be an RFC 3339 time with an offset, not \"2026-02-30T00:00:00Z\""},
      {runEnded(",\"last_seq\":1.5"), kEvent, "run.ended: \"last_seq\" must be an integer of at least 0, not 1.5"},
      {runEnded(",\"lost\":[]"), kEvent, "run.ended: \"lost\" must be an object, not an array"},
      {runEnded(",\"lost\":{\"queue_full\":-2}"), kEvent,
       "run.ended: \"lost.queue_full\" must be an integer of at least 0, not -2"},
      {runEnded(",\"lost\":{\"queue_full\":null}"), kEvent,
       "run.ended: \"lost.queue_full\" must be an integer of at least 0, not null"},
      {runFailed(",\"error\":null"), kEvent, "run.failed: missing \"error\""},
      {runFailed(",\"error\":\"boom\""), kEvent, "run.failed: \"error\" must be an object, not \"boom\""},
      {runFailed(",\"error\":{}"), kEvent, "run.failed: missing \"error.message\""},
      {runFailed(",\"error\":{\"message\":7}"), kEvent, "run.failed: \"error.message\" must be a string, not 7"},
      {runFailed(",\"error\":{\"message\":\"m\",\"type\":[]}"), kEvent,
       "run.failed: \"error.type\" must be a string, not an array"},
      {runFailed(",\"error\":{\"message\":\"m\",\"step_id\":\"x\"}"), kEvent,
       "run.failed: \"error.step_id\" must be a UUID, not \"x\""},

      {schemaRegistered(",\"name\":\"\""), kEvent,
       "schema.registered: \"name\" must be a string of 1 to 200 bytes, not \"\""},
      {schemaRegistered(",\"version\":0"), kEvent,
       "schema.registered: \"version\" must be an integer from 1 to 2147483647, not 0"},
      {schemaRegistered(",\"version\":null"), kEvent, "schema.registered: missing \"version\""},
      {schemaRegistered(",\"definition\":null"), kEvent, "schema.registered: missing \"definition\""},
      {schemaRegistered(",\"definition\":[]"), kEvent,
       "schema.registered: \"definition\" must be an object, not an array"},
  };
}

TEST(DecodeBatch, EachBadEvent_IsRejectedWithItsReasonBesideStoredNeighbours) {
  for (const BadEvent& bad : badEvents()) {
    SCOPED_TRACE(bad.line);
    const auto batch = decodeBatch({runStarted() + "\n" + bad.line + "\n" + runEnded() + "\n"}, {});
    ASSERT_TRUE(batch.ok()) << batch.status().message();
    EXPECT_EQ(batch->events.size(), 2u);
    EXPECT_EQ(batch->events.front().line, 1u);
    EXPECT_EQ(batch->events.back().line, 3u);
    ASSERT_EQ(batch->rejected.size(), 1u);
    EXPECT_EQ(batch->rejected[0].line, 2u);
    EXPECT_EQ(toString(batch->rejected[0].code), toString(bad.code));
    EXPECT_EQ(batch->rejected[0].detail, bad.detail);
    ASSERT_EQ(batch->rejections.size(), 1u);
    EXPECT_EQ(batch->rejections[0].code, bad.code);
    EXPECT_EQ(batch->rejections[0].detail, bad.detail);
    EXPECT_EQ(batch->rejections[0].raw, bad.line);
    EXPECT_TRUE(batch->warnings.empty());
  }
}

TEST(DecodeBatch, HugeBadValues_AreShownShort) {
  const auto batch = decodeBatch({stepEnded(",\"status\":\"" + std::string(100'000, 'x') + "\"") + "\n" +
                                  stepEnded(",\"seq\":" + std::string(100'000, '1')) + "\n"},
                                 {});
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->rejected.size(), 2u);
  EXPECT_EQ(batch->rejected[0].detail,
            "step.ended: \"status\" must be success or error, not \"" + std::string(80, 'x') + "…\"");
  EXPECT_EQ(batch->rejected[1].detail,
            "step.ended: \"seq\" must be an integer of at least 0, not " + std::string(80, '1') + "…");
}

}  // namespace
}  // namespace xray
