// Many threads at once: everything arrives, once, and in an order that makes sense.
#include <map>
#include <set>
#include <thread>

#include "fake_backend.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;

struct RunTally {
  bool started = false;
  bool ended = false;
  std::int64_t lastSeq = -1;
  std::set<std::int64_t> seqs;
};

// What arrived, by run; checks on the way that a run's events come between its beginning and its end.
std::map<Id, RunTally> tally(const std::vector<Event>& events) {
  std::map<Id, RunTally> runs;
  for (const Event& event : events) {
    if (const auto* started = std::get_if<RunStarted>(&event.fact)) {
      EXPECT_FALSE(runs[started->runId].started);
      runs[started->runId].started = true;
    } else if (const auto* step = std::get_if<StepEvent>(&event.fact)) {
      RunTally& run = runs[step->runId];
      EXPECT_TRUE(run.started) << "a step before its run";
      EXPECT_FALSE(run.ended) << "a step after its run";
      if (!step->ended()) continue;
      EXPECT_TRUE(run.seqs.insert(step->seq.value_or(-1)).second) << "a step twice";
    } else if (const auto* ended = std::get_if<RunEnded>(&event.fact)) {
      RunTally& run = runs[ended->runId];
      EXPECT_TRUE(run.started) << "an end before the beginning";
      EXPECT_EQ(ended->lost, "{}");
      run.ended = true;
      run.lastSeq = ended->lastSeq.value_or(-1);
    }
  }
  return runs;
}

TEST(Threads, ManyRunsInManyThreads_AllArriveWhole) {
  constexpr int kThreads = 8, kRuns = 60, kSteps = 20;
  FakeBackend backend;
  Settings settings = quickSettings();
  settings.batchBytes = 16 << 10;
  Client client = makeClient(backend, settings);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&client] {
      for (int r = 0; r < kRuns; ++r) {
        auto run = client.startRun("p");
        for (int s = 0; s < kSteps / 2; ++s) {
          auto step = run.step("outer", "llm");
          step.input({{"s", s}});
          step.step("inner", "api").output({{"ok", true}});
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(client.close(60s).status.ok());
  const auto runs = tally(backend.events());
  EXPECT_EQ(runs.size(), std::size_t{kThreads * kRuns});
  for (const auto& [id, run] : runs) {
    EXPECT_TRUE(run.ended);
    EXPECT_EQ(run.lastSeq, kSteps - 1);
    EXPECT_EQ(run.seqs.size(), std::size_t{kSteps});
  }
}

TEST(Threads, ARunWhoseStepsEndInOtherThreads_ArrivesInOrder) {
  constexpr int kRounds = 300;
  FakeBackend backend;
  Settings settings = quickSettings();
  settings.batchBytes = 1;  // every look of the shipper makes a batch
  Client client = makeClient(backend, settings);
  for (int i = 0; i < kRounds; ++i) {
    auto run = client.startRun("p");
    auto first = run.step("first", "llm");
    std::thread other([&run, &first] {
      auto second = run.step("second", "api");
      first.output({{"from", "the other thread"}});
      first.end();
      second.step("third", "api").end();
    });
    other.join();
    run.end();
  }
  ASSERT_TRUE(client.close(60s).status.ok());
  const auto runs = tally(backend.events());
  EXPECT_EQ(runs.size(), std::size_t{kRounds});
  for (const auto& [id, run] : runs) EXPECT_EQ(run.seqs.size(), 3u);
}

TEST(Threads, ThreadsThatCome_ReuseTheBuffersOfThoseThatWent) {
  ChunkPool pool;
  BufferRegistry registry(pool);
  std::set<ThreadBuffer*> seen;
  for (int i = 0; i < 50; ++i) std::thread([&] { seen.insert(&registry.local()); }).join();
  EXPECT_EQ(seen.size(), 1u);
  ThreadBuffer* mine = &registry.local();
  EXPECT_EQ(seen.count(mine), 1u) << "the only other thread has ended";
  std::thread([&] { EXPECT_NE(&registry.local(), mine); }).join();
  EXPECT_EQ(&registry.local(), mine);
}

TEST(Threads, SeveralClientsInOneThread_AreKeptApart) {
  FakeBackend first, second;
  Client one = makeClient(first), two = makeClient(second);
  auto a = one.startRun("a");
  auto b = two.startRun("b");
  for (int i = 0; i < 10; ++i) {
    a.step("of a", "t").end();
    b.step("of b", "t").end();
  }
  a.end();
  b.end();
  one.close(20s);
  two.close(20s);
  for (const StepEvent& step : factsOf<StepEvent>(first.events())) EXPECT_EQ(step.name, "of a");
  EXPECT_EQ(first.events().size(), 12u);
  EXPECT_EQ(second.events().size(), 12u);
}

TEST(Threads, FlushesAndCloseWhileOthersRecord_AreSafe) {
  FakeBackend backend;
  Client client = makeClient(backend);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&client] {
      for (int r = 0; r < 200; ++r) {
        auto run = client.startRun("p");
        run.step("s", "t").input({{"r", r}});
      }
    });
  }
  for (int i = 0; i < 100; ++i) client.flush(i % 5 == 0 ? 20s : 0s);
  const DeliveryReport report = client.close(20s);
  std::thread again([&client] { client.close(20s); });
  for (std::thread& thread : threads) thread.join();
  again.join();
  EXPECT_TRUE(report.status.ok()) << report.status.toString();
  const Counters counters = client.counters();
  EXPECT_EQ(counters.accepted, backend.events().size());
  EXPECT_EQ(counters.queueFull, 0u);
}

}  // namespace
}  // namespace xray::sdk
