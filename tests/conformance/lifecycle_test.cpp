// Opening, closing, deadlines, and that no read answers with nothing what it cannot do.

#include <atomic>
#include <filesystem>
#include <thread>

#include "conformance/store_test.h"
#include "conformance/threads.h"
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
  EXPECT_EQ(store.runSchemas(ids).status().code(), StatusCode::Closed);
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

/// Every method, from several threads.
void useEverything(Store& store) {
  std::vector<std::thread> users;
  std::atomic<std::uint32_t> next = 0;
  for (int user = 0; user < 6; ++user) {
    users.emplace_back([&] {
      for (int round = 0; round < 4; ++round) {
        const std::uint32_t n = next++;
        const ReadContext context = readAt(at(200));
        EXPECT_TRUE(appendLines(store, wholeRun(n, 3), at(100)).ok());
        EXPECT_TRUE(store.runs({}, context).ok());
        EXPECT_TRUE(store.steps({}, false, context).ok());
        EXPECT_TRUE(store.runSteps(runId(n), context).ok());
        const Status kept = store.keepIndex({Field::Reasoning, "k" + std::to_string(n)});
        EXPECT_TRUE(kept.ok()) << kept.toString();
        EXPECT_TRUE(store.health().ok());
      }
    });
  }
  for (std::thread& user : users) user.join();
}

TEST_P(LifecycleTest, Close_JoinsEveryThread) {
  const auto cycle = [this] {
    Store& store = newStore();
    useEverything(store);
    ASSERT_TRUE(store.close().ok());
  };
  cycle();  // libraries may start threads that stay for all stores
  const std::size_t before = threadCount();
  for (int round = 0; round < 3; ++round) {
    cycle();
    EXPECT_TRUE(threadsFallTo(before)) << threadCount() << " threads after close, " << before << " before";
  }
}

TEST_P(LifecycleTest, StoreThatIsNeverOpened_CanGo) {
  newStore();
  const std::unique_ptr<Store> another = makeStore();
  EXPECT_FALSE(another->health().ok());
}

// Each of these questions has an answer here; a store that cannot give it must say so.
TEST_P(LifecycleTest, EveryRead_AnswersWhatIsThere_OrSaysNotSupported) {
  Store& store = newStore();
  append(store, {R"({"event":"schema.registered","name":"s","version":1,"definition":{}})",
                 R"({"event":"run.started","run_id":"R1","pipeline":"p","at":"T1","schema":{"name":"s","version":1}})",
                 R"({"event":"step.ended","run_id":"R1","step_id":"S1","name":"n","step_type":"t","started_at":"T1",)"
                 R"("at":"T2","status":"success","reasoning":{"x":5}})"});
  const std::vector<Rejection> rejections{{RejectCode::InvalidEvent, "d", "bad"}};
  ASSERT_TRUE(store.append({{}, rejections, at(100)}).ok());
  const ReadContext context = readAt(at(200));
  const auto answered = [](const auto& result, const auto& something) {
    return result.ok() ? something(*result) : result.status().code() == StatusCode::NotSupported;
  };
  const auto exists = [](const auto& value) { return value.has_value(); };
  const auto oneRow = [](const auto& page) { return page.rows.size() == 1; };
  const auto one = [](const auto& list) { return list.size() == 1; };
  EXPECT_TRUE(answered(store.run(runId(1), context), exists));
  EXPECT_TRUE(answered(store.runSteps(runId(1), context), one));
  EXPECT_TRUE(answered(store.step(runId(1), stepId(1), context), exists));
  EXPECT_TRUE(answered(store.schemas("", context), one));
  EXPECT_TRUE(answered(store.schemas("s", context), one));
  EXPECT_TRUE(answered(store.schema({"s", 1}, context), exists));
  EXPECT_TRUE(answered(store.rejections(10, std::nullopt, context), oneRow));
  const std::vector<Id> ids{runId(1)};
  EXPECT_TRUE(answered(store.runSchemas(ids), [](const auto& refs) { return refs.at(0).schema.has_value(); }));
  const Filter ofRuns = mustParse("steps:(reasoning.x > 4) AND pipeline = p", Entity::Run);
  const Filter ofSteps = mustParse("reasoning.x > 4 AND run.pipeline = p", Entity::Step);
  PageQuery query;
  for (const Filter* filter : {static_cast<const Filter*>(nullptr), &ofRuns}) {
    query.filter = filter;
    for (const Order& order : runOrders()) {
      query.order = order;
      EXPECT_TRUE(answered(store.runs(query, context), oneRow));
    }
  }
  for (const Filter* filter : {static_cast<const Filter*>(nullptr), &ofSteps}) {
    query.filter = filter;
    for (const Order& order : stepOrders()) {
      query.order = order;
      EXPECT_TRUE(answered(store.steps(query, false, context), oneRow));
      EXPECT_TRUE(answered(store.steps(query, true, context), oneRow));
    }
  }
  EXPECT_TRUE(answered(store.latency({&ofSteps, {}, {}}, context), oneRow));
  EXPECT_TRUE(answered(store.values({&ofSteps, *parseValueField("reasoning.x"), {}}, context), oneRow));
  EXPECT_TRUE(answered(store.failures({&ofRuns}, readAt(at(10'000))), oneRow));
  EXPECT_TRUE(answered(store.counts(Entity::Run, {&ofRuns, {}, {}}, context), oneRow));
  EXPECT_TRUE(answered(store.counts(Entity::Step, {&ofSteps, {}, {}}, context), oneRow));
}

XRAY_STORE_SUITE(LifecycleTest);

}  // namespace
}  // namespace xray::test
