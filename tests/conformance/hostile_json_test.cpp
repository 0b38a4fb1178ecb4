// JSON that databases cannot hold, from the bytes of a batch to what a store answers (wire.md section 3): nothing of it
// is lost, nothing fails its batch, and every store says the same.

#include "conformance/store_test.h"
#include "support/history.h"
#include "support/json_content.h"
#include "support/store_dump.h"
#include "xray/json.h"
#include "xray/memory_store.h"

namespace xray::test {
namespace {

class HostileJsonTest : public StoreTest {
 protected:
  /// Appends to a new store and to the reference, which must give the same outcome and answers.
  Store& give(const std::vector<std::string>& lines) {
    Store& store = newStore();
    const auto reference = makeMemoryStore();
    EXPECT_TRUE(reference->open().ok());
    std::vector<std::string> expanded;
    for (const std::string& line : lines) expanded.push_back(expand(line));
    const auto outcome = appendLines(store, expanded, at(100));
    const auto expected = appendLines(*reference, expanded, at(100));
    EXPECT_TRUE(outcome.ok()) << outcome.status().toString();
    EXPECT_TRUE(expected.ok()) << expected.status().toString();
    EXPECT_TRUE(outcome.ok() && expected.ok() && outcome->results == expected->results);
    EXPECT_EQ(dumpStore(store, readAt(at(200))), dumpStore(*reference, readAt(at(200))));
    return store;
  }

  std::string reasoningOf(Store& store, std::uint32_t step) {
    return jsonContent(mustStep(store, runId(1), stepId(step), readAt(at(200))).reasoning);
  }
  std::string violationsOf(Store& store, std::uint32_t step) {
    return mustStep(store, runId(1), stepId(step), readAt(at(200))).violations;
  }
};

std::string stepWith(const std::string& step, const std::string& reasoning) {
  return R"({"event":"step.ended","run_id":"R1","step_id":")" + step +
         R"(","name":"n","step_type":"t","started_at":"T1","at":"T2","status":"success","reasoning":)" + reasoning +
         "}";
}

std::string nested(unsigned levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST_P(HostileJsonTest, NulAndLoneSurrogates_BecomeReplacementCharacters_AndSaySo) {
  Store& store = give({stepWith("S1", R"({"x":"a\u0000b"})"), stepWith("S2", R"({"x":"\ud800","y\udc00":1})"),
                       stepWith("S3", R"({"x":"\ud83d\ude00"})")});
  EXPECT_EQ(reasoningOf(store, 1), jsonContent("{\"x\":\"a\uFFFDb\"}"));
  EXPECT_NE(violationsOf(store, 1).find("/reasoning/x"), std::string::npos);
  EXPECT_NE(violationsOf(store, 1).find("altered"), std::string::npos);
  EXPECT_EQ(reasoningOf(store, 2), jsonContent("{\"x\":\"\uFFFD\",\"y\uFFFD\":1}"));
  EXPECT_NE(violationsOf(store, 2).find("altered"), std::string::npos);
  EXPECT_EQ(reasoningOf(store, 3), jsonContent("{\"x\":\"😀\"}"));
  EXPECT_EQ(violationsOf(store, 3), "[]");
}

TEST_P(HostileJsonTest, NumbersOutsideDoubleRange_BecomeTexts_AndSaySo) {
  const std::string digits(200'000, '7');
  const std::string fraction = "0." + std::string(200'000, '0') + "1";
  Store& store = give({stepWith("S1", R"({"x":1e400,"y":-1e400,"z":1e-400})"), stepWith("S2", "{\"x\":" + digits + "}"),
                       stepWith("S3", "{\"x\":" + fraction + "}")});
  EXPECT_EQ(reasoningOf(store, 1), jsonContent(R"({"x":"1e400","y":"-1e400","z":"1e-400"})"));
  EXPECT_EQ(mustRun(store, runId(1), readAt(at(200))).violationCount, 5);
  EXPECT_EQ(reasoningOf(store, 2), jsonContent("{\"x\":\"" + digits + "\"}"));
  EXPECT_EQ(reasoningOf(store, 3), jsonContent("{\"x\":\"" + fraction + "\"}"));
}

TEST_P(HostileJsonTest, LargestAndSmallestNumbers_KeepEveryDigit) {
  const std::string whole = "1" + std::string(308, '0');
  const std::string fraction = "0.1" + std::string(16'381, '0') + "1";
  const std::string reasoning = "{\"a\":" + whole + ",\"b\":" + fraction +
                                R"(,"c":1.7976931348623157e308,"d":5e-324,"e":-0,"f":123456789012345678901234567890})";
  Store& store = give({stepWith("S1", reasoning)});
  EXPECT_EQ(reasoningOf(store, 1), jsonContent(reasoning));
  EXPECT_EQ(violationsOf(store, 1), "[]");
}

TEST_P(HostileJsonTest, TooDeepEvents_AreRejectedWithTheirBytes_WithoutDisturbingNeighbours) {
  const std::string deep = stepWith("S2", "{\"x\":" + nested(1000) + "}");
  const std::string deepest = "{\"x\":" + nested(126) + "}";  // the event and its reasoning are two levels
  Store& store = give({stepWith("S1", "{}"), deep, stepWith("S3", deepest)});
  EXPECT_EQ(reasoningOf(store, 3), jsonContent(deepest));
  EXPECT_EQ(mustRun(store, runId(1), readAt(at(200))).stepCount, 2);
  const auto kept = store.rejections(10, std::nullopt, readAt(at(200)));
  ASSERT_TRUE(kept.ok()) << kept.status().toString();
  ASSERT_EQ(kept->rows.size(), 1u);
  EXPECT_EQ(kept->rows[0].code, RejectCode::TooDeep);
  EXPECT_EQ(kept->rows[0].raw, expand(deep));
}

TEST_P(HostileJsonTest, EveryPlaceOfJson_TakesWhatWasAltered) {
  const std::string bad = R"({"x":"a\u0000b","\ud800":1e400})";
  Store& store = give(
      {R"({"event":"schema.registered","name":"s","version":1,"definition":{"reasoning":["\u0000"]}})",
       R"({"event":"run.started","run_id":"R1","pipeline":"p\u0000","at":"T1","metadata":)" + bad + "}",
       R"({"event":"step.started","run_id":"R1","step_id":"S1","name":"\u0000","step_type":"\ud800","at":"T1","input_data":)" +
           bad + "}",
       R"({"event":"step.ended","run_id":"R1","step_id":"S2","name":"n","step_type":"t","started_at":"T1","at":"T2","status":"error")"
       R"(,"input_data":)" +
           bad + R"(,"output_data":)" + bad + R"(,"reasoning":)" + bad +
           R"(,"error":{"type":"\u0000","message":"\ud800","more":1e400}})",
       R"({"event":"run.failed","run_id":"R1","at":"T3","error":{"message":"\u0000"},"metadata":)" + bad + "}",
       R"({"event":"run.ended","run_id":"R2","at":"T3","lost":{"\u0000":1},"metadata":)" + bad + "}"});
  EXPECT_TRUE(store.rejections(10, std::nullopt, readAt(at(200))).ok());
}

TEST_P(HostileJsonTest, MembersThatComeTwice_TheLastWins) {
  Store& store = give({stepWith("S1", R"({"x":1,"y":{"z":1,"z":2},"x":3,"\u0078":4})")});
  EXPECT_EQ(reasoningOf(store, 1), jsonContent(R"({"x":4,"y":{"z":2}})"));
}

TEST_P(HostileJsonTest, LargePayloads_ComeBackWhole) {
  const std::string text(4 << 20, 'x');
  std::string members = "{";
  for (int i = 0; i < 20'000; ++i) members += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":" + std::to_string(i);
  Store& store = give({stepWith("S1", "{\"x\":\"" + text + "\"}"), stepWith("S2", members + "}")});
  EXPECT_EQ(reasoningOf(store, 1).size(), text.size() + 8);
  EXPECT_EQ(reasoningOf(store, 2), jsonContent(members + "}"));
}

XRAY_STORE_SUITE(HostileJsonTest);

}  // namespace
}  // namespace xray::test
