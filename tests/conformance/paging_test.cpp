// Pages by keyset: every order, every size, equal keys, rows without the key, rows that come while pages are turned.

#include <atomic>
#include <set>
#include <thread>

#include "conformance/store_test.h"
#include "support/history.h"
#include "support/random_filter.h"
#include "support/store_dump.h"

namespace xray::test {
namespace {

/// Two digits behind the letter keep ids of lines apart.
std::string runLine(std::uint32_t n, std::int64_t second) {
  return R"({"event":"run.started","run_id":")" + runId(n).toString() + R"(","pipeline":"p","at":")" +
         formatTimestamp(at(second)) + "\"}";
}

std::string endLine(std::uint32_t n, std::int64_t second) {
  return R"({"event":"run.ended","run_id":")" + runId(n).toString() + R"(","at":")" + formatTimestamp(at(second)) +
         "\"}";
}

std::string stepLine(std::uint32_t run, std::uint32_t step, std::int64_t start, std::optional<std::int64_t> end) {
  std::string line = R"({"event":")" + std::string(end ? "step.ended" : "step.started") + R"(","run_id":")" +
                     runId(run).toString() + R"(","step_id":")" + stepId(step).toString() +
                     R"(","name":"n","step_type":"t",)";
  if (!end) return line + R"("at":")" + formatTimestamp(at(start)) + "\"}";
  return line + R"("started_at":")" + formatTimestamp(at(start)) + R"(","at":")" + formatTimestamp(at(*end)) +
         R"(","status":"success"})";
}

class PagingTest : public StoreTest {
 protected:
  /// Few distinct times, so that keys are equal often; a third never ends.
  void fill(Store& store, Random& random, std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t n = first; n < end; ++n) {
      const auto start = static_cast<std::int64_t>(random.below(4));
      std::vector<std::string> lines{runLine(n, start)};
      if (random.chance(0.6)) lines.push_back(endLine(n, start + static_cast<std::int64_t>(random.below(3))));
      // Steps of the same id in several runs.
      const std::optional<std::int64_t> stop =
          random.chance(0.6) ? std::optional<std::int64_t>(start + 1) : std::nullopt;
      lines.push_back(stepLine(n, n % 5, start, stop));
      lines.push_back(stepLine(n, n, static_cast<std::int64_t>(random.below(3)), std::nullopt));
      ASSERT_TRUE(appendLines(store, lines, at(100 + static_cast<std::int64_t>(random.below(3)))).ok());
    }
  }
};

/// Whether `left` may stand before `right`: by key in the order's direction, without a key last, then by ascending ids.
template <typename Key, typename Ids>
bool standsBefore(const std::pair<std::optional<Key>, Ids>& left, const std::pair<std::optional<Key>, Ids>& right,
                  bool descending) {
  if (left.first.has_value() != right.first.has_value()) return left.first.has_value();
  if (left.first != right.first) return descending ? left.first > right.first : left.first < right.first;
  return left.second < right.second;
}

std::optional<std::int64_t> keyOf(const xray::Run& run, SortKey key) {
  if (key == SortKey::StartedAt) return run.startedAt.time_since_epoch().count();
  if (key == SortKey::LastActivityAt) return run.lastActivityAt.time_since_epoch().count();
  return run.duration ? std::optional(run.duration->count()) : std::nullopt;
}

std::optional<std::int64_t> keyOf(const Step& step, SortKey key) {
  if (key == SortKey::StartedAt) return step.startedAt.time_since_epoch().count();
  return step.duration ? std::optional(step.duration->count()) : std::nullopt;
}

TEST_P(PagingTest, Runs_EveryOrderAndSize_GiveEveryRowOnceInOrder) {
  Random random("PagingRuns");
  Store& store = newStore();
  fill(store, random, 0, 23);
  for (const Order& order : runOrders()) {
    for (std::size_t size = 1; size <= 7; ++size) {
      PageQuery query;
      query.order = order;
      query.pageSize = size;
      const auto rows = allRuns(store, query, readAt(at(200)));
      ASSERT_TRUE(rows.ok()) << rows.status().toString();
      ASSERT_EQ(rows->size(), 23u);
      for (std::size_t i = 1; i < rows->size(); ++i) {
        const auto left = std::pair(keyOf((*rows)[i - 1], order.key), (*rows)[i - 1].runId);
        const auto right = std::pair(keyOf((*rows)[i], order.key), (*rows)[i].runId);
        ASSERT_TRUE(standsBefore(left, right, order.descending))
            << i << " of order " << static_cast<int>(order.key) << order.descending;
      }
    }
  }
}

TEST_P(PagingTest, Steps_EveryOrderAndSize_GiveEveryRowOnceInOrder) {
  Random random("PagingSteps");
  Store& store = newStore();
  fill(store, random, 0, 14);
  const std::size_t total = store.steps(pageOf(1000), true, readAt(at(200)))->rows.size();
  for (const Order& order : stepOrders()) {
    for (std::size_t size = 1; size <= 7; ++size) {
      PageQuery query;
      query.order = order;
      query.pageSize = size;
      const auto rows = allSteps(store, query, true, readAt(at(200)));
      ASSERT_TRUE(rows.ok()) << rows.status().toString();
      ASSERT_EQ(rows->size(), total);
      for (std::size_t i = 1; i < rows->size(); ++i) {
        const auto left =
            std::pair(keyOf((*rows)[i - 1], order.key), std::pair((*rows)[i - 1].stepId, (*rows)[i - 1].runId));
        const auto right = std::pair(keyOf((*rows)[i], order.key), std::pair((*rows)[i].stepId, (*rows)[i].runId));
        ASSERT_TRUE(standsBefore(left, right, order.descending))
            << i << " of order " << static_cast<int>(order.key) << order.descending;
      }
    }
  }
}

TEST_P(PagingTest, Pages_WithAFilter_AreThoseOfTheWholeAnswer) {
  Random random("PagingFilter");
  Store& store = newStore();
  ASSERT_TRUE(appendLines(store, randomHistory(random, {.runs = 20, .maxSteps = 6}), at(100)).ok());
  const ReadContext context = readAt(at(130), std::chrono::seconds(60));
  for (int i = 0; i < 60; ++i) {
    const std::string text = randomFilter(random, Entity::Step);
    const Filter filter = mustParse(text, Entity::Step);
    PageQuery query;
    query.filter = &filter;
    query.order = random.pick(stepOrders());
    query.pageSize = 1000;
    const auto whole = store.steps(query, true, context);
    ASSERT_TRUE(whole.ok()) << text << ": " << whole.status().toString();
    EXPECT_FALSE(whole->next.has_value());
    query.pageSize = 1 + random.below(5);
    const auto paged = allSteps(store, query, true, context);
    ASSERT_EQ(paged->size(), whole->rows.size()) << text;
    for (std::size_t n = 0; n < paged->size(); ++n) ASSERT_EQ(toText((*paged)[n]), toText(whole->rows[n])) << text;
  }
}

TEST_P(PagingTest, LastPage_HasNoNext) {
  Store& store = newStore();
  for (std::uint32_t n = 0; n < 4; ++n) ASSERT_TRUE(appendLines(store, {runLine(n, n)}, at(100)).ok());
  PageQuery query;
  query.pageSize = 4;
  EXPECT_FALSE(store.runs(query, readAt(at(200)))->next.has_value()) << "a page that is just full is the last";
  query.pageSize = 3;
  const auto first = store.runs(query, readAt(at(200)));
  ASSERT_TRUE(first->next.has_value());
  query.after = first->next;
  const auto second = store.runs(query, readAt(at(200)));
  EXPECT_EQ(second->rows.size(), 1u);
  EXPECT_FALSE(second->next.has_value());
}

TEST_P(PagingTest, RowsThatStandStill_AreNeitherSkippedNorRepeated_WhileOthersCome) {
  Random random("PagingWhileAdding");
  for (const Order& order : runOrders()) {
    Store& store = newStore();
    fill(store, random, 0, 15);
    std::uint32_t next = 100;
    std::multiset<Id> seen;
    PageQuery query;
    query.order = order;
    query.pageSize = 2;
    do {
      const auto page = store.runs(query, readAt(at(200)));
      ASSERT_TRUE(page.ok()) << page.status().toString();
      for (const xray::Run& run : page->rows) seen.insert(run.runId);
      query.after = page->next;
      fill(store, random, next, next + 2);
      next += 2;
      if (next > 140) break;
    } while (query.after);
    for (std::uint32_t n = 0; n < 15 && next <= 140; ++n) EXPECT_EQ(seen.count(runId(n)), 1u) << n;
    for (const Id& id : seen) EXPECT_EQ(seen.count(id), 1u);
  }
}

TEST_P(PagingTest, PagesTurnedWhileWritersAppend_NeitherSkipNorRepeat) {
  constexpr std::uint32_t kStanding = 30;
  constexpr std::uint32_t kWriters = 2;
  constexpr std::uint32_t kAddedByEach = 120;
  Random random("PagingWhileWriting");
  Store& store = newStore();
  fill(store, random, 0, kStanding);
  std::atomic<std::uint32_t> working = kWriters;
  std::vector<std::thread> writers;
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer, own = Random(random.below(UINT64_MAX))]() mutable {
      const std::uint32_t first = 1000 * (writer + 1);
      for (std::uint32_t n = first; n < first + kAddedByEach; ++n) fill(store, own, n, n + 1);
      --working;
    });
  }
  std::size_t turned = 0;
  do {
    for (const Order& order : runOrders()) {
      PageQuery query;
      query.order = order;
      query.pageSize = 1 + random.below(9);
      const auto rows = allRuns(store, query, readAt(at(200)));
      ASSERT_TRUE(rows.ok()) << rows.status().toString();
      std::multiset<Id> seen;
      for (const xray::Run& run : *rows) seen.insert(run.runId);
      for (std::uint32_t n = 0; n < kStanding; ++n) EXPECT_EQ(seen.count(runId(n)), 1u) << n;
      for (const Id& id : seen) EXPECT_EQ(seen.count(id), 1u);
      ++turned;
    }
    PageQuery query;
    query.order = random.pick(stepOrders());
    query.pageSize = 1 + random.below(9);
    const auto rows = allSteps(store, query, true, readAt(at(200)));
    ASSERT_TRUE(rows.ok()) << rows.status().toString();
    std::set<std::pair<Id, Id>> seen;
    for (const Step& step : *rows) EXPECT_TRUE(seen.emplace(step.runId, step.stepId).second);
  } while (working > 0 && !HasFailure());
  for (std::thread& writer : writers) writer.join();
  EXPECT_GE(turned, runOrders().size());
  EXPECT_EQ(allRuns(store, pageOf(1000), readAt(at(200)))->size(), kStanding + kWriters * kAddedByEach);
}

TEST_P(PagingTest, TextsOverTheBudget_EndAPageEarlyAndNothingIsSkipped) {
  Store& store = newStore();
  const std::string payload(1000, 'x');
  for (std::uint32_t n = 0; n < 10; ++n) {
    std::string line = stepLine(n, n, n, n + 1);
    line.insert(line.size() - 1, R"(,"input_data":{"k":")" + payload + "\"}");
    ASSERT_TRUE(appendLines(store, {runLine(n, n), line}, at(100)).ok());
  }
  for (const auto& [bytes, rows] : {std::pair<std::size_t, std::size_t>{1, 1}, {1500, 2}, {5500, 6}, {1'000'000, 10}}) {
    ReadContext context = readAt(at(200));
    context.pageBytes = bytes;
    PageQuery query = pageOf(1000);
    const auto first = store.steps(query, false, context);
    ASSERT_TRUE(first.ok()) << first.status().toString();
    EXPECT_EQ(first->rows.size(), rows) << bytes;
    EXPECT_EQ(first->next.has_value(), rows < 10);
    std::set<Id> seen;
    for (std::optional<PageCursor> next;; query.after = next) {
      const auto page = store.steps(query, false, context);
      ASSERT_TRUE(page.ok()) << page.status().toString();
      ASSERT_FALSE(page->rows.empty());
      for (const Step& step : page->rows) EXPECT_TRUE(seen.insert(step.stepId).second);
      if (!(next = page->next)) break;
    }
    EXPECT_EQ(seen.size(), 10u);
  }
  ReadContext context = readAt(at(200));
  context.pageBytes = 1500;
  EXPECT_EQ(store.steps(pageOf(1000), true, context)->rows.size(), 10u) << "skeletons have no payloads";
}

TEST_P(PagingTest, BadPages_AreRefused) {
  Store& store = newStore();
  const ReadContext context = readAt(at(200));
  for (const std::size_t size : {0, 1001}) {
    EXPECT_EQ(store.runs(pageOf(size), context).status().code(), StatusCode::InvalidArgument);
    EXPECT_EQ(store.steps(pageOf(size), true, context).status().code(), StatusCode::InvalidArgument);
    EXPECT_EQ(store.rejections(size, std::nullopt, context).status().code(), StatusCode::InvalidArgument);
  }
  PageQuery byActivity;
  byActivity.order.key = SortKey::LastActivityAt;
  EXPECT_EQ(store.steps(byActivity, true, context).status().code(), StatusCode::InvalidArgument);
}

TEST_P(PagingTest, Skeletons_HaveNoPayloads) {
  Store& store = newStore();
  append(
      store,
      {R"({"event":"step.ended","run_id":"R1","step_id":"S1","name":"n","step_type":"t","started_at":"T1","at":"T2","status":"success",)"
       R"("input_data":{"a":1},"output_data":{"b":2},"reasoning":{"c":3},"violations":[{"pointer":"/reasoning/c","kind":"unknown_key","action":"warned"}]})"});
  const auto skeleton = store.steps({}, true, readAt(at(200)));
  const Step& bare = skeleton->rows.at(0);
  EXPECT_EQ(bare.inputData + bare.outputData + bare.reasoning, "{}{}{}");
  EXPECT_NE(bare.violations, "[]");
  const auto full = store.steps({}, false, readAt(at(200)));
  const Step& whole = full->rows.at(0);
  EXPECT_EQ(whole.inputData + whole.outputData + whole.reasoning, R"({"a":1}{"b":2}{"c":3})");
}

XRAY_STORE_SUITE(PagingTest);

}  // namespace
}  // namespace xray::test
