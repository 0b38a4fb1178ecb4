// Deadlines, and reading beside the store.

#include <cstdio>

#include "open_store.h"

namespace xray::sqlite::test {
namespace {

using Read = OpenStore;

/// Enough steps that a full look at them takes far longer than the deadlines here.
void fill(SqliteStore& store, std::uint32_t runs) {
  const std::string payload = R"({"text":")" + std::string(2000, 'x') + R"(","n":1})";
  for (std::uint32_t run = 0; run < runs; ++run) {
    std::vector<Event> events = {runStarted(run)};
    for (std::uint32_t step = 0; step < 200; ++step) {
      events.push_back(stepEnded(run, step));
      std::get<StepEvent>(events.back().fact).reasoning = payload;
    }
    ASSERT_EQ(append(store, events), std::string(events.size(), 'A'));
  }
}

TEST_F(Read, PastItsDeadline_IsCancelledAndTheConnectionServesOn) {
  reopen({.readConnections = 1});
  fill(*store_, 10);
  // A filter that nothing matches looks at every step.
  const auto filter = parseFilter("reasoning.text = \"never\" AND reasoning.n = 2", Entity::Step, kEpoch);
  ASSERT_TRUE(filter.ok());
  PageQuery query;
  query.filter = &*filter;
  ReadContext context = readAt(kEpoch);
  context.deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(300);
  EXPECT_EQ(store_->steps(query, false, context).status().code(), StatusCode::DeadlineExceeded);
  context.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(store_->steps(query, false, context).status().code(), StatusCode::DeadlineExceeded);
  const auto again = store_->steps(query, false, readAt(kEpoch));
  ASSERT_TRUE(again.ok()) << again.status().toString();
  EXPECT_TRUE(again->rows.empty());
}

TEST_F(Read, ByTheSqliteShell_WorksWhileTheStoreIsOpenAndAfterAnIndexWasKept) {
  EXPECT_EQ(append(*store_, {runStarted(1), stepEnded(1, 1, "größe"), runEnded(1, 1)}), "AAA");
  ASSERT_TRUE(store_->keepIndex({Field::Reasoning, "score"}).ok());
  EXPECT_EQ(ask("SELECT pipeline || ' ' || outcome || ' ' || duration_us FROM runs"), "picker completed 10000000");
  EXPECT_EQ(ask("SELECT s.name || ' ' || s.duration_us FROM steps s JOIN runs r USING (run_id)"), "größe 5000");
}

TEST_F(Read, RunOfManySteps_ComesInOrderWithoutPayloads) {
  std::vector<Event> events = {runStarted(1)};
  for (std::uint32_t n = 0; n < 5000; ++n) {
    events.push_back(stepEnded(1, n));
    auto& step = std::get<StepEvent>(events.back().fact);
    step.startedAt = kEpoch + std::chrono::milliseconds(n / 4);  // four at a time, apart by seq
    step.seq = n % 4 == 3 ? std::nullopt : std::optional<std::int64_t>(4999 - n);
  }
  ASSERT_EQ(append(*store_, events), std::string(events.size(), 'A'));
  const auto steps = store_->runSteps(runId(1), readAt(kEpoch));
  ASSERT_EQ(steps->size(), 5000u);
  EXPECT_TRUE(std::is_sorted(steps->begin(), steps->end(), [](const StepSkeleton& left, const StepSkeleton& right) {
    return std::tuple(left.startedAt, !left.seq, left.seq, left.stepId) <
           std::tuple(right.startedAt, !right.seq, right.seq, right.stepId);
  }));
}

TEST_F(Read, OneSlowQuery_DoesNotHoldUpIngestOrAppends) {
  reopen({.readConnections = 1});
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  auto pool = ReaderPool::open({.path = path(), .cacheBytes = 1 << 20}, 1);
  ASSERT_TRUE(pool.ok());
  // A query in the middle of its rows holds its snapshot; the writer goes on.
  auto lease = (*pool)->lease(std::chrono::steady_clock::now() + std::chrono::minutes(1));
  auto statement = (*lease)->connection().prepareKept("SELECT COUNT(*) FROM runs");
  ASSERT_TRUE((*lease)->connection().execute("BEGIN").ok());
  ASSERT_EQ(statement->step(), SQLITE_ROW);
  EXPECT_EQ(statement->integer(0), 1);
  EXPECT_EQ(append(*store_, {runStarted(2)}), "A");
  EXPECT_EQ(store_->runSchemas(std::vector{runId(2)})->size(), 1u);
  statement->reset();
  ASSERT_EQ(statement->step(), SQLITE_ROW);
  EXPECT_EQ(statement->integer(0), 1) << "a read saw what was committed after it began";
  EXPECT_EQ((*pool)->lease(std::chrono::steady_clock::now()).status().code(), StatusCode::DeadlineExceeded);
}

}  // namespace
}  // namespace xray::sqlite::test
