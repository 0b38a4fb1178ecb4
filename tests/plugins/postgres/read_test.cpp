// Deadlines, lost connections, and reading beside the store.

#include <thread>

#include "open_store.h"

namespace xray::postgres::test {
namespace {

class Read : public OpenStore {
 protected:
  /// Makes every question wait for as long as it lives.
  class Locked {
   public:
    Locked(const Dsn& dsn, const std::string& schema) : database_(dsn) {
      EXPECT_EQ(database_.ask("BEGIN"), "none");
      EXPECT_EQ(database_.ask("LOCK TABLE " + schema + ".steps IN ACCESS EXCLUSIVE MODE"), "none");
    }

   private:
    Database database_;
  };

  /// How many questions wait for Locked.
  std::string waiting() { return ask("SELECT count(*)" + backends() + " AND wait_event_type = 'Lock'"); }
};

TEST_F(Read, PastItsDeadline_IsCancelledInTheDatabase_AndTheConnectionServesOn) {
  settings_.readConnections = 1;
  reopen();
  EXPECT_EQ(append(*store_, {runStarted(1), stepEnded(1, 1)}), "AA");
  ReadContext context = readAt(kEpoch);
  {
    const Locked locked(settings_.dsn, settings_.schema);
    context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    EXPECT_EQ(store_->steps({}, false, context).status().code(), StatusCode::DeadlineExceeded);
    EXPECT_EQ(ask("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid" + backends() + ")"), "0")
        << "the question is gone from the database";
  }
  context.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(store_->steps({}, false, context).status().code(), StatusCode::DeadlineExceeded);
  const std::string before = ask("SELECT clock_timestamp()");
  const auto again = store_->steps({}, false, readAt(kEpoch));
  ASSERT_TRUE(again.ok()) << again.status().toString();
  EXPECT_EQ(again->rows.size(), 1u);
  EXPECT_EQ(ask("SELECT count(*)" + backends() + " AND backend_start > '" + before + "'"), "0") << "no new connection";
}

TEST_F(Read, WorkThatTakesLong_IsCancelledAtItsDeadline) {
  auto connection = Connection::open(connectionOptions());
  ASSERT_TRUE(connection.ok()) << connection.status().toString();
  const auto slow =
      (*connection)
          ->query({"", "SELECT pg_sleep(600)"}, std::chrono::steady_clock::now() + std::chrono::milliseconds(50));
  EXPECT_EQ(slow.status().code(), StatusCode::DeadlineExceeded);
  EXPECT_FALSE((*connection)->broken());
  const auto next = (*connection)->query({"", "SELECT 5"}, std::chrono::steady_clock::now() + std::chrono::minutes(1));
  ASSERT_TRUE(next.ok()) << next.status().toString();
  EXPECT_EQ(AnswerRow(*next, 0).integer(0), 5);
}

TEST_F(Read, SlowQueries_HoldUpNeitherLookUpsNorAppends) {
  settings_.readConnections = 1;
  reopen();
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  std::jthread slow;
  {
    const Locked locked(settings_.dsn, settings_.schema);
    slow = std::jthread([&] { EXPECT_TRUE(store_->steps({}, false, readAt(kEpoch)).ok()); });
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (waiting() == "0" && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(append(*store_, {runStarted(2)}), "A");
    EXPECT_EQ(store_->runSchemas(std::vector{runId(2)})->size(), 1u);
    EXPECT_TRUE((*store_->run(runId(2), readAt(kEpoch))).has_value());
    EXPECT_TRUE(store_->health().ok());
    ReadContext context = readAt(kEpoch);
    context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    EXPECT_EQ(store_->runs({}, context).status().code(), StatusCode::DeadlineExceeded) << "the one reader is busy";
  }
}

TEST_F(Read, ConnectionsKilledInTheMiddle_AreAskedAgain) {
  EXPECT_EQ(append(*store_, {runStarted(1), stepEnded(1, 1)}), "AA");
  std::jthread reader;
  {
    const Locked locked(settings_.dsn, settings_.schema);
    reader = std::jthread([&] {
      const auto page = store_->steps({}, false, readAt(kEpoch));
      ASSERT_TRUE(page.ok()) << page.status().toString();
      EXPECT_EQ(page->rows.size(), 1u);
    });
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (waiting() == "0" && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(ask("SELECT count(pg_terminate_backend(pid))" + backends() + " AND wait_event_type = 'Lock'"), "1");
  }
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

TEST_F(Read, CursorsAndTimesBeyondTimestamptz_AreAnswered) {
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  PageQuery query;
  query.after = PageCursor{INT64_MIN, runId(9), {}};
  EXPECT_TRUE(store_->runs(query, readAt(kEpoch))->rows.empty());
  query.after->key = INT64_MAX;
  EXPECT_EQ(store_->runs(query, readAt(kEpoch))->rows.size(), 1u);
  query.order.descending = false;
  EXPECT_TRUE(store_->runs(query, readAt(kEpoch))->rows.empty());
}

TEST_F(Read, TimeoutsOfAnyLength_AreAnsweredAsTheyAre) {
  const std::pair<Microseconds, RunStatus> cases[] = {{Microseconds(1), RunStatus::Incomplete},
                                                      {Microseconds(999'999), RunStatus::Incomplete},
                                                      {Microseconds(1'000'000), RunStatus::Running},
                                                      {Microseconds(INT64_MAX), RunStatus::Running},
                                                      {std::chrono::hours(24 * 365 * 500), RunStatus::Running}};
  std::uint32_t run = 0;
  for (const auto& [timeout, status] : cases) {
    Event started = runStarted(++run);
    std::get<RunStarted>(started.fact).timeout = timeout;
    ASSERT_EQ(append(*store_, {started}, kEpoch), "A");
    const ReadContext context = readAt(kEpoch + std::chrono::seconds(1));
    EXPECT_EQ((*store_->run(runId(run), context))->status, status) << timeout.count();
    const auto filter = parseFilter(
        "status = " + std::string(toString(status)) + " AND run_id = " + runId(run).toString(), Entity::Run, kEpoch);
    ASSERT_TRUE(filter.ok()) << filter.status().toString();
    PageQuery query;
    query.filter = &*filter;
    const auto page = store_->runs(query, context);
    ASSERT_TRUE(page.ok()) << page.status().toString();
    EXPECT_EQ(page->rows.size(), 1u) << timeout.count();
  }
}

TEST_F(Read, TheViewForPeople_DerivesTheSameStatus) {
  // The view asks the server's clock.
  const auto now = std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now());
  Event patient = runStarted(1, "patient");
  std::get<RunStarted>(patient.fact).timeout = std::chrono::hours(2);
  Event hasty = runStarted(2, "hasty");
  std::get<RunStarted>(hasty.fact).timeout = std::chrono::seconds(1);
  Event endless = runStarted(3, "endless");
  std::get<RunStarted>(endless.fact).timeout = Microseconds(INT64_MAX);
  ASSERT_EQ(append(*store_, {patient, hasty, endless, runStarted(4, "plain"), runStarted(5, "done"), runEnded(5, 0)},
                   now - std::chrono::hours(1)),
            "AAAAAA");
  const std::string question = "SELECT pipeline || ' ' || status FROM runs_status ORDER BY pipeline";
  EXPECT_EQ(ask(question), "done completed\nendless running\nhasty incomplete\npatient running\nplain incomplete");
  EXPECT_EQ(ask("SET xray.incomplete_after = '2 hours'"), "none");
  EXPECT_EQ(ask(question), "done completed\nendless running\nhasty incomplete\npatient running\nplain running");
  EXPECT_EQ(ask("SELECT duration FROM runs_status WHERE pipeline = 'done'"), "00:00:10");
}

TEST_F(Read, AfterClose_IsClosed) {
  EXPECT_TRUE(store_->close().ok());
  EXPECT_EQ(store_->health().code(), StatusCode::Closed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  std::string left;
  do left = ask("SELECT count(*)" + backends());
  while (left != "0" && std::chrono::steady_clock::now() < end);
  EXPECT_EQ(left, "0") << "no connection stays";
}

}  // namespace
}  // namespace xray::postgres::test
