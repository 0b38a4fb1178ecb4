// What the contract says of append and only PostgreSQL can be made to show: refused rows, killed backends, locks.

#include <atomic>
#include <future>
#include <thread>

#include "open_store.h"
#include "support/random.h"

namespace xray::postgres::test {
namespace {

using Append = OpenStore;
using xray::test::Random;

TEST_F(Append, OneRefusedStep_KeepsItsNeighboursAndItsBytes) {
  const std::string tooLong(201, 'n');
  std::vector<Event> events = {runStarted(1), stepEnded(1, 1), stepEnded(1, 2, tooLong), stepEnded(1, 3),
                               runEnded(1, 3)};
  events[2].raw = "the poison";

  const Result<AppendOutcome> outcome = store_->append({events, {}, kEpoch});
  ASSERT_TRUE(outcome.ok()) << outcome.status().toString();
  EXPECT_EQ(outcome->results, (std::vector{AppendResult::Accepted, AppendResult::Accepted, AppendResult::Rejected,
                                           AppendResult::Accepted, AppendResult::Accepted}));
  ASSERT_EQ(outcome->refused.size(), 1u);
  EXPECT_EQ(outcome->refused[0].index, 2u);
  EXPECT_EQ(outcome->refused[0].code, RejectCode::StoreRefused);
  EXPECT_THAT(outcome->refused[0].detail, ::testing::HasSubstr("violates check constraint"));

  const auto run = store_->run(runId(1), readAt(kEpoch));
  ASSERT_TRUE(run.ok() && run->has_value());
  EXPECT_EQ((*run)->stepCount, 2);
  EXPECT_EQ((*run)->missingSteps, 2);  // 0 never came, 2 was refused
  EXPECT_EQ((*run)->status, RunStatus::Completed);
  const auto rejections = store_->rejections(10, std::nullopt, readAt(kEpoch));
  ASSERT_EQ(rejections->rows.size(), 1u);
  EXPECT_EQ(rejections->rows[0].raw, "the poison");
  EXPECT_EQ(rejections->rows[0].code, RejectCode::StoreRefused);
}

TEST_F(Append, PoisonOfEveryKind_IsFoundAmongThousands) {
  const std::string tooLong(201, 'n');
  std::vector<Event> events;
  std::string expected;
  for (std::uint32_t run = 0; run < 50; ++run) {
    events.push_back(runStarted(run, run == 7 ? std::string_view(tooLong) : "picker"));
    expected += run == 7 ? 'R' : 'A';
    for (std::uint32_t step = 0; step < 40; ++step) {
      const bool nul = run == 20 && step == 3;
      const bool poison = nul || (run == 3 && step == 0) || (run == 49 && step == 39);
      const std::string_view name = nul ? std::string_view("a\0b", 3) : poison ? std::string_view(tooLong) : "rank";
      events.push_back(stepEnded(run, step, name));
      expected += poison ? 'R' : 'A';
    }
    events.push_back(runEnded(run, 39));
    expected += 'A';
  }
  // A schema that cannot be, named by a run and registered.
  events.push_back({SchemaRegistered{tooLong, 1, "{}"}, "schema", 1});
  events.push_back({SchemaRegistered{"fine", 1, "{}"}, "schema", 1});
  expected += "RA";
  // A payload that no decoder lets through.
  events.push_back(stepEnded(0, 100));
  std::get<StepEvent>(events.back().fact).reasoning = R"({"x":1e400000})";
  events.push_back(stepEnded(0, 101));
  std::get<StepEvent>(events.back().fact).outputData = R"({"x":"\u0000"})";
  expected += "RR";
  EXPECT_EQ(append(*store_, events), expected);
  EXPECT_EQ(ask("SELECT count(*) FROM steps"), std::to_string(50 * 40 - 3));
  EXPECT_EQ(ask("SELECT sum(step_count) FROM runs"), std::to_string(50 * 40 - 3));
  EXPECT_EQ(ask("SELECT sum(missing_steps) FROM runs"), "3");
  EXPECT_EQ(ask("SELECT count(*) FROM runs WHERE pipeline IS NULL"), "1");
  std::string again = expected;
  std::ranges::replace(again, 'A', 'D');
  EXPECT_EQ(append(*store_, events), again);
  EXPECT_EQ(ask("SELECT count(*) FROM rejections"), "3") << "the same bytes are kept once: a run, a step, a schema";
}

TEST_F(Append, RefusedRunStarted_LeavesNoRunButKeepsItsSteps) {
  const std::string tooLong(201, 'p');
  EXPECT_EQ(append(*store_, {runStarted(1, tooLong)}), "R");
  EXPECT_FALSE(store_->run(runId(1), readAt(kEpoch))->has_value());
  EXPECT_EQ(append(*store_, {stepEnded(2, 1), runStarted(2, tooLong), stepEnded(2, 2)}), "ARA");
  const auto run = store_->run(runId(2), readAt(kEpoch));
  ASSERT_TRUE(run->has_value());
  EXPECT_EQ((*run)->pipeline, std::nullopt);
  EXPECT_EQ((*run)->stepCount, 2);
  EXPECT_EQ(ask("SELECT count(*) FROM runs"), "1");
}

TEST_F(Append, RunThatSomebodyElseMakesMeanwhile_IsContinuedInItsRow) {
  ask("BEGIN");
  ask("INSERT INTO runs (run_id, pipeline, has_started, has_ended, has_failed, started_at, last_activity_at, "
      "step_count,"
      " error_count, violation_count, lost, metadata) VALUES ('" +
      runId(1).toString() + "', 'theirs', true, false, false, now(), now(), 0, 0, 0, '{}', '{}')");
  auto mine = std::async(std::launch::async, [&] {
    return append(*store_, {runStarted(1, "mine"), stepEnded(1, 1), runStarted(2), runEnded(1, 1)});
  });
  Database other(settings_.dsn);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  bool waits = false;
  while (!waits && std::chrono::steady_clock::now() < end) {
    waits = other.ask("SELECT count(*)" + backends() + " AND wait_event_type = 'Lock'") == "1";
  }
  EXPECT_TRUE(waits) << "the append did not wait for the row";
  ask("COMMIT");
  EXPECT_EQ(mine.get(), "DAAA");
  EXPECT_EQ(ask("SELECT string_agg(concat(pipeline, step_count, missing_steps), ' ' ORDER BY pipeline) FROM runs"),
            "picker0 theirs11");
}

TEST_F(Append, SchemaNamedBeforeItIsRegistered_IsNotListedUntilItIs) {
  Event started = runStarted(1);
  std::get<RunStarted>(started.fact).schema = SchemaRefView{"selection", 3};
  EXPECT_EQ(append(*store_, {started}), "A");
  EXPECT_TRUE(store_->schemas("", readAt(kEpoch))->empty());
  EXPECT_EQ(store_->runSchemas(std::vector{runId(1)})->at(0).schema, (SchemaRef{"selection", 3}));
  const Event schema{SchemaRegistered{"selection", 3, "{}"}, "", 1};
  EXPECT_EQ(append(*store_, {schema, schema}, kEpoch + std::chrono::seconds(1)), "AD");
  const auto found = store_->schema({"selection", 3}, readAt(kEpoch));
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->runCount, 1);
  EXPECT_EQ((*found)->registeredAt, kEpoch + std::chrono::seconds(1));
}

TEST_F(Append, DefinitionsThatDifferInHowANumberIsWritten_AreDifferentAsOnEveryStore) {
  EXPECT_EQ(append(*store_, {Event{SchemaRegistered{"s", 1, R"({"n":1000})"}, "", 1}}), "A");
  EXPECT_EQ(append(*store_, {Event{SchemaRegistered{"s", 1, R"({"n":1e3})"}, "", 1}}), "R");
  EXPECT_EQ(append(*store_, {Event{SchemaRegistered{"s", 1, R"({"n":1000})"}, "", 1}}), "D");
}

/// Batches of the same events over and over, in any order and split.
std::vector<std::vector<Event>> shuffledBatches(Random& random, std::vector<Event> events, int rounds) {
  std::vector<std::vector<Event>> batches;
  for (int round = 0; round < rounds; ++round) {
    random.shuffle(events);
    for (std::size_t at = 0; at < events.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random.below(60), events.size() - at);
      batches.emplace_back(events.begin() + static_cast<std::ptrdiff_t>(at),
                           events.begin() + static_cast<std::ptrdiff_t>(at + size));
      at += size;
    }
  }
  return batches;
}

std::vector<Event> eventsOfRuns(std::uint32_t runs, std::uint32_t steps) {
  std::vector<Event> events;
  for (std::uint32_t run = 0; run < runs; ++run) {
    events.push_back(runStarted(run));
    std::get<RunStarted>(events.back().fact).schema = SchemaRefView{"s", 1 + run % 3};
    events.push_back(Event{SchemaRegistered{"s", 1 + run % 3, "{}"}, "", 1});
    for (std::uint32_t step = 0; step < steps; ++step) events.push_back(stepEnded(run, step));
    events.push_back(runEnded(run, steps - 1));
  }
  return events;
}

TEST_F(Append, TwoBackendsWithTheSameRunsInAnyOrder_NeverDeadlock) {
  Random random("NeverDeadlock");
  const std::vector<Event> events = eventsOfRuns(30, 4);
  const std::string before = ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
  PostgresStore other(settings_);
  ASSERT_TRUE(other.open().ok());
  std::atomic<std::size_t> accepted = 0;
  std::vector<std::vector<std::vector<Event>>> work;
  for (int t = 0; t < 6; ++t) work.push_back(shuffledBatches(random, events, 2));
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < work.size(); ++t) {
      threads.emplace_back([&, t] {
        Store& store = t % 2 == 0 ? *store_ : other;
        for (const auto& batch : work[t]) {
          const std::string letters = append(store, batch);
          EXPECT_EQ(letters.size(), batch.size()) << letters;
          accepted += static_cast<std::size_t>(std::ranges::count(letters, 'A'));
        }
      });
    }
  }
  // Of 30 registrations three are different.
  EXPECT_EQ(accepted, events.size() - 27);
  EXPECT_EQ(ask("SELECT sum(step_count) FROM runs"), "120");
  EXPECT_EQ(ask("SELECT count(*) FROM steps"), "120");
  ask("SELECT pg_stat_clear_snapshot()");
  EXPECT_EQ(ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), before);
}

/// As ingest does: Unavailable means once more.
void appendUntilTaken(Store& store, const std::vector<Event>& events) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (std::chrono::steady_clock::now() < end) {
    const Result<AppendOutcome> outcome = store.append({events, {}, kEpoch});
    if (outcome.ok()) return;
    ASSERT_EQ(outcome.status().code(), StatusCode::Unavailable) << outcome.status().toString();
  }
  FAIL() << "never taken";
}

TEST_F(Append, BackendsKilledInTheMiddle_LoseAndRepeatNothing) {
  constexpr std::uint32_t kRuns = 40;
  constexpr std::uint32_t kSteps = 50;
  constexpr int kKills = 25;
  std::atomic<int> killed = 0;
  std::jthread killer([&](const std::stop_token& stop) {
    Database database(with(settings_.dsn, {{"application_name", "killer"}}));
    // One that is in a transaction.
    const std::string kill = "SELECT pg_terminate_backend(pid)" + backends() + " AND xact_start IS NOT NULL LIMIT 1";
    while (killed < kKills && !stop.stop_requested()) killed += database.ask(kill) == "t" ? 1 : 0;
  });
  {
    std::vector<std::jthread> writers;
    for (std::uint32_t writer = 0; writer < 2; ++writer) {
      writers.emplace_back([&, writer] {
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        const auto enough = [&] { return killed == kKills || std::chrono::steady_clock::now() > end; };
        // Round after round, for a fast disk may be done before the killer has looked.
        for (std::uint32_t run = writer; run < kRuns || !enough(); run += 2) {
          std::vector<Event> events = {runStarted(run % kRuns)};
          for (std::uint32_t step = 0; step < kSteps; ++step) events.push_back(stepEnded(run % kRuns, step));
          events.push_back(runEnded(run % kRuns, kSteps - 1));
          appendUntilTaken(*store_, events);
        }
      });
    }
  }
  EXPECT_EQ(killed, kKills);
  EXPECT_EQ(ask("SELECT count(*) FROM steps"), std::to_string(kRuns * kSteps));
  EXPECT_EQ(ask("SELECT count(*) FROM runs WHERE step_count = " + std::to_string(kSteps) + " AND missing_steps = 0"),
            std::to_string(kRuns));
}

TEST_F(Append, IdleConnectionsThatWereKilled_AreReplacedUnseen) {
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  EXPECT_TRUE(store_->run(runId(1), readAt(kEpoch)).ok());
  EXPECT_TRUE(store_->health().ok());
  EXPECT_NE(ask("SELECT count(pg_terminate_backend(pid))" + backends()), "0");
  EXPECT_EQ(append(*store_, {runStarted(2)}), "A");
  EXPECT_TRUE(store_->run(runId(2), readAt(kEpoch)).ok());
  EXPECT_TRUE(store_->runs({}, readAt(kEpoch)).ok());
  EXPECT_TRUE(store_->health().ok());
}

TEST_F(Append, RunsLockedByAnotherProgram_AreUnavailableInTimeAndStoreNothing) {
  settings_.appendTimeout = std::chrono::milliseconds(200);
  reopen();
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  Database other(settings_.dsn);
  ASSERT_EQ(other.ask("BEGIN"), "none");
  ASSERT_EQ(other.ask("SELECT pipeline FROM " + settings_.schema + ".runs FOR UPDATE"), "picker");
  EXPECT_THAT(append(*store_, {stepEnded(1, 1), runStarted(2)}), ::testing::StartsWith("Unavailable: postgres: "));
  EXPECT_FALSE(store_->health().ok());
  EXPECT_EQ(ask("SELECT count(*) FROM runs"), "1");
  ASSERT_EQ(other.ask("ROLLBACK"), "none");
  EXPECT_EQ(append(*store_, {stepEnded(1, 1), runStarted(2)}), "AA");
  EXPECT_TRUE(store_->health().ok());
}

TEST_F(Append, FromManyThreads_EachEventIsStoredOnce) {
  constexpr int kThreads = 6;
  constexpr std::uint32_t kBatches = 20;
  std::atomic<int> accepted = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (std::uint32_t n = 0; n < kBatches; ++n) {
          for (const char letter : append(*store_, {runStarted(n % 3), stepEnded(n % 3, n)})) accepted += letter == 'A';
          if (!store_->runs({}, readAt(kEpoch)).ok()) ADD_FAILURE() << "a read failed beside appends";
        }
      });
    }
  }
  EXPECT_EQ(accepted, static_cast<int>(kBatches) + 3);
  EXPECT_EQ(ask("SELECT sum(step_count) FROM runs"), std::to_string(kBatches));
}

TEST_F(Append, MetadataOfARunThatFailed_FoldsOverSeveralAppends) {
  Event started = runStarted(1);
  std::get<RunStarted>(started.fact).metadata = R"({"a":1,"b":1,"c":1})";
  Event ended = runEnded(1, 3);
  std::get<RunEnded>(ended.fact).metadata = R"({"b":2,"c":2})";
  Event failed = runEnded(1, 3);
  auto& fact = std::get<RunEnded>(failed.fact);
  fact.failed = true;
  fact.error = R"({"message":"m"})";
  fact.metadata = R"({"c":3})";
  for (const Event& event : {failed, started, ended}) EXPECT_EQ(append(*store_, {event}), "A");
  EXPECT_EQ((*store_->run(runId(1), readAt(kEpoch)))->metadata, R"({"a":1,"b":2,"c":3})");
}

}  // namespace
}  // namespace xray::postgres::test
