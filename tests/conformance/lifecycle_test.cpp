// Opening, closing, deadlines.

#include "conformance/store_test.h"
#include "support/history.h"
#include "support/store_dump.h"

namespace xray::test {
namespace {

using LifecycleTest = StoreTest;

const std::string kLine = R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T1"})";

TEST_P(LifecycleTest, NewStore_IsHealthyAndEmpty) {
  Store& store = newStore();
  EXPECT_TRUE(store.health().ok());
  EXPECT_GE(store.appendConcurrency(), 1u);
  const ReadContext context = readAt(at(100));
  EXPECT_TRUE(store.runs({}, context)->rows.empty());
  EXPECT_TRUE(store.steps({}, false, context)->rows.empty());
  EXPECT_TRUE(store.schemas("", context)->empty());
  EXPECT_TRUE(store.rejections(10, std::nullopt, context)->rows.empty());
}

TEST_P(LifecycleTest, EmptyAppend_IsFine) {
  Store& store = newStore();
  const auto outcome = store.append({{}, {}, at(100)});
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->results.empty());
}

TEST_P(LifecycleTest, AfterClose_EveryCallSaysClosed) {
  Store& store = newStore();
  append(store, {kLine});
  ASSERT_TRUE(store.close().ok());
  EXPECT_TRUE(store.close().ok()) << "a second close does nothing";
  const ReadContext context = readAt(at(100));
  const std::vector<Id> ids{runId(1)};
  EXPECT_EQ(appendLines(store, {expand(kLine)}, at(100)).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.run(runId(1), context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.runs({}, context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.runSteps(runId(1), context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.step(runId(1), stepId(1), context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.steps({}, false, context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.schemas("", context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.schema({"s", 1}, context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.schemaRefs(ids).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.rejections(10, std::nullopt, context).status().code(), StatusCode::Closed);
  EXPECT_EQ(store.keepIndex({Field::Reasoning, "x"}).code(), StatusCode::Closed);
  EXPECT_EQ(store.health().code(), StatusCode::Closed);
}

TEST_P(LifecycleTest, DeadlineInThePast_EndsEveryRead) {
  Store& store = newStore();
  append(store, {kLine});
  ReadContext context = readAt(at(100));
  context.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  EXPECT_EQ(store.run(runId(1), context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(store.runs({}, context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(store.runSteps(runId(1), context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(store.step(runId(1), stepId(1), context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(store.steps({}, false, context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(store.schemas("", context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(store.schema({"s", 1}, context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(store.rejections(10, std::nullopt, context).status().code(), StatusCode::DeadlineExceeded);
  EXPECT_TRUE(store.run(runId(1), readAt(at(100)))->has_value()) << "the next read is answered";
}

XRAY_STORE_SUITE(LifecycleTest);

}  // namespace
}  // namespace xray::test
