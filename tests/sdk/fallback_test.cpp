// The fallback: spooling while the backend is away, draining when it is back, and what close() makes of it.
#include <atomic>
#include <set>
#include <thread>

#include "fallback.h"
#include "log_lines.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using WhenFull = FakeSpool::WhenFull;

TEST(Fallback, ABackendThatGoesAwayInTheMiddle_GetsEverythingInOrderWhenItIsBack) {
  FakeBackend backend;
  FakeSpool spool;
  LogLines lines;
  Client client = makeClient(backend, spool, fallbackSettings(), lines.sink());
  auto run = client.startRun("p");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(recordStep(client, run, i).status.ok());
  EXPECT_EQ(spool.taken(), 0u);
  backend.failAlways(kAway);
  for (int i = 5; i < 10; ++i) {
    const DeliveryReport report = recordStep(client, run, i);
    EXPECT_TRUE(report.status.ok()) << report.status.toString();
    EXPECT_EQ(report.undeliveredEvents, 0u) << "what is spooled is decided";
    EXPECT_GT(report.spooledBytes, 0u);
  }
  EXPECT_EQ(client.counters().spooled, 5u);
  EXPECT_EQ(spool.taken(), 5u);
  EXPECT_EQ(orderOf(backend), upTo(5));
  EXPECT_THAT(lines.all(), HasSubstr("spooling from now on, the backend does not take batches: Unavailable: "));

  backend.failAlways(Status());
  ASSERT_TRUE(spool.waitUntilEmpty());
  for (int i = 10; i < 15; ++i) ASSERT_TRUE(recordStep(client, run, i).status.ok());
  run.end();
  const DeliveryReport report = client.close(20s);
  EXPECT_TRUE(report.status.ok());
  EXPECT_EQ(orderOf(backend), upTo(15));
  EXPECT_EQ(spool.taken(), 5u) << "sent directly again";
  EXPECT_EQ(report.counters.drained, 5u);
  EXPECT_EQ(report.counters.accepted, 17u);
  EXPECT_EQ(report.counters.duplicates, 0u);
  EXPECT_THAT(lines.all(), HasSubstr("sending directly again"));
}

TEST(Fallback, ABackendThatIsAwayAtTheStart_GetsEverythingFromTheNextClient_ThatRecordsNothing) {
  FakeBackend backend;
  FakeSpool spool;
  backend.failAlways(kAway);
  {
    Client client = makeClient(backend, spool, fallbackSettings());
    auto run = client.startRun("p");
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(recordStep(client, run, i).status.ok());
    run.end();
    const DeliveryReport report = client.close(20s);
    EXPECT_TRUE(report.status.ok()) << report.status.toString();
    EXPECT_EQ(report.undeliveredEvents, 0u);
    EXPECT_EQ(report.counters.spooled, 7u);
    EXPECT_EQ(report.counters.abandoned, 0u);
    EXPECT_GT(report.spooledBytes, 0u);
  }
  EXPECT_TRUE(backend.events().empty());
  backend.failAlways(Status());
  Client next = makeClient(backend, spool, fallbackSettings());
  ASSERT_TRUE(backend.waitForEvents(7));
  EXPECT_EQ(orderOf(backend), upTo(5));
  EXPECT_TRUE(next.close(20s).status.ok());
  EXPECT_EQ(next.counters().drained, 7u);
  EXPECT_EQ(spool.left(), 0u);
}

TEST(Fallback, WhatAnEarlierProcessLeft_GoesFirst) {
  FakeBackend backend;
  FakeSpool spool;
  backend.failAlways(kAway);
  {
    Client client = makeClient(backend, spool, fallbackSettings());
    auto run = client.startRun("old");
    for (int i = 0; i < 20; ++i) recordStep(client, run, i);
  }
  backend.failAlways(Status());
  backend.hold(true);
  Settings settings = fallbackSettings();
  settings.patience = 20s;
  Client client = makeClient(backend, spool, settings);
  auto run = client.startRun("new");
  std::thread release([&] { backend.hold(false); });
  run.end();
  EXPECT_TRUE(client.close(20s).status.ok());
  release.join();
  const auto runs = factsOf<RunStarted>(backend.events());
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].pipeline, "old");
  EXPECT_TRUE(std::holds_alternative<RunEnded>(backend.events().back().fact));
  EXPECT_EQ(orderOf(backend), upTo(20));
}

TEST(Fallback, UnderConstantLoad_ItComesBackToSendingDirectly_AndLosesNothing) {
  FakeBackend backend;
  FakeSpool spool;
  LogLines lines;
  Settings settings = fallbackSettings();
  settings.maxDelay = 1ms;
  settings.retryMost = 50ms;
  settings.patience = 200ms;
  settings.batchBytes = 4096;
  settings.queueBytes = 256 << 10;
  settings.maxEventBytes = 8 << 10;
  settings.blockWhenFull = true;
  backend.failAlways(kAway);
  Client client = makeClient(backend, spool, settings, lines.sink());
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> recorded{0};
  std::thread load([&] {
    auto run = client.startRun("p");
    while (!stop) {
      run.step("step", "t").input({{"text", std::string(200, 'x')}});
      ++recorded;
      // Constant, and less than the backend takes: about 80 steps in a millisecond would be too much for it.
      if (recorded % 8 == 0) std::this_thread::sleep_for(1ms);
    }
  });
  ASSERT_TRUE(spool.waitUntilTaken(50));
  backend.failAlways(Status());
  EXPECT_TRUE(lines.waitFor("sending directly again"));
  stop = true;
  load.join();
  const DeliveryReport report = client.close(30s);
  EXPECT_TRUE(report.status.ok()) << report.status.toString();
  std::set<std::int64_t> seen;
  for (const StepEvent& step : factsOf<StepEvent>(backend.events())) {
    if (!step.ended()) continue;
    EXPECT_TRUE(seen.insert(*step.seq).second) << "step " << *step.seq << " came twice";
  }
  EXPECT_EQ(seen.size(), recorded);
  EXPECT_EQ(report.counters.queueFull, 0u);
}

TEST(Fallback, ADrainThatFailsWhileABatchWaitsForIt_SpoolsOn) {
  FakeBackend backend;
  FakeSpool spool;
  backend.failAlways(kAway);
  Settings settings = fallbackSettings();
  settings.patience = 20s;
  {
    // The client finds something left, and a backend whose trouble it learns of only through the drain.
    Client earlier = makeClient(backend, spool, fallbackSettings());
    auto run = earlier.startRun("old");
    recordStep(earlier, run, 0);
  }
  Client client = makeClient(backend, spool, settings);
  auto run = client.startRun("new");
  const DeliveryReport report = recordStep(client, run, 0);
  EXPECT_TRUE(report.status.ok()) << report.status.toString();
  EXPECT_EQ(report.counters.spooled, 2u);
  backend.failAlways(Status());
  ASSERT_TRUE(spool.waitUntilEmpty());
}

TEST(Fallback, ADrainThatHangs_IsWaitedForOnce) {
  FakeBackend backend;
  FakeSpool spool;
  backend.failAlways(kAway);
  {
    Client earlier = makeClient(backend, spool, fallbackSettings());
    auto run = earlier.startRun("old");
    recordStep(earlier, run, 0);
  }
  backend.hold(true);
  Settings settings = fallbackSettings();
  settings.patience = 1s;
  Client client = makeClient(backend, spool, settings);
  ASSERT_GE(backend.waitForCalls(1), 1);
  auto run = client.startRun("new");
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(recordStep(client, run, i).status.ok());
  EXPECT_LT(std::chrono::steady_clock::now() - began, 60s) << "not once for each batch";
  EXPECT_EQ(client.counters().spooled, 101u);
  EXPECT_TRUE(client.close(1h).status.ok()) << "nor by close";
}

TEST(Fallback, RetryAfter_IsKeptByTheDrainToo) {
  FakeBackend backend;
  FakeSpool spool;
  Settings settings = fallbackSettings();
  settings.patience = 1h;
  backend.failNext({Status(StatusCode::Overloaded, "slow down").retryIn(std::chrono::seconds(3500 * 2))});
  Client client = makeClient(backend, spool, settings);
  auto run = client.startRun("p");
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(recordStep(client, run, i).status.ok());
  EXPECT_EQ(spool.taken(), 5u);
  EXPECT_EQ(backend.waitForCalls(1), 1) << "asked again before its time";
  EXPECT_TRUE(client.close(20s).status.ok());
  EXPECT_EQ(backend.waitForCalls(1), 1) << "asked again before its time";
}

TEST(Fallback, ShortTrouble_IsWaitedForWithoutSpooling) {
  FakeBackend backend;
  FakeSpool spool;
  Settings settings = fallbackSettings();
  settings.patience = 20s;
  backend.failNext({kAway, Status(StatusCode::Overloaded, "slow"), Status(StatusCode::DeadlineExceeded, "late")});
  Client client = makeClient(backend, spool, settings);
  auto run = client.startRun("p");
  EXPECT_TRUE(recordStep(client, run, 0).status.ok());
  EXPECT_EQ(spool.taken(), 0u);
  EXPECT_EQ(client.counters().retries, 3u);
}

TEST(Fallback, AKeyThatIsRefused_IsSpooledForAtOnce) {
  for (const StatusCode code : {StatusCode::Unauthenticated, StatusCode::PermissionDenied}) {
    SCOPED_TRACE(toString(code));
    FakeBackend backend;
    FakeSpool spool;
    LogLines lines;
    Settings settings = fallbackSettings();
    settings.patience = 1h;
    backend.failAlways(Status(code, "the key"));
    Client client = makeClient(backend, spool, settings, lines.sink());
    auto run = client.startRun("p");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(recordStep(client, run, i).status.ok());
    EXPECT_EQ(spool.taken(), 3u);
    EXPECT_THAT(lines.all(), HasSubstr("spooling from now on"));
    backend.failAlways(Status());
    EXPECT_TRUE(spool.waitUntilEmpty()) << "it is probed";
    EXPECT_EQ(orderOf(backend), upTo(3));
  }
}

TEST(Fallback, CloseWithABackendThatHangs_SpoolsWithinItsDeadline) {
  FakeBackend backend;
  FakeSpool spool;
  backend.hold(true);
  Settings settings = fallbackSettings();
  settings.patience = 1h;
  settings.batchBytes = 1;
  Client client = makeClient(backend, spool, settings);
  {
    auto run = client.startRun("p");
    for (int i = 0; i < 20; ++i) run.step("step", "t").input({{"i", i}});
  }
  EXPECT_GE(backend.waitForCalls(1), 1);
  const DeliveryReport report = client.close(2s);
  EXPECT_TRUE(report.status.ok()) << report.status.toString();
  EXPECT_EQ(report.undeliveredEvents, 0u);
  EXPECT_GE(report.counters.spooled, 22u) << "a step that was open when a batch left is told twice";
  EXPECT_EQ(spool.left(), report.counters.spooled);
}

TEST(Fallback, CloseWithASpoolThatHangsToo_KeepsItsDeadlineAndReportsWhatIsLost) {
  FakeBackend backend;
  FakeSpool spool;
  backend.failAlways(kAway);
  spool.hold(true);
  Client client = makeClient(backend, spool, fallbackSettings());
  client.startRun("p").end();
  const DeliveryReport report = client.close(1s);
  EXPECT_EQ(report.status.code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(report.undeliveredEvents, 2u);
  EXPECT_EQ(report.counters.abandoned, 2u);
  EXPECT_EQ(report.counters.spooled, 0u);
}

TEST(Fallback, CloseWhileTheSpoolIsDrained_WaitsForItsOwn) {
  FakeBackend backend;
  FakeSpool spool;
  backend.failAlways(kAway);
  Settings settings = fallbackSettings();
  settings.patience = 200ms;  // a try that lasts longer counts as trouble, and close does not wait for that
  Client client = makeClient(backend, spool, settings);
  auto run = client.startRun("p");
  for (int i = 0; i < 50; ++i) recordStep(client, run, i);
  backend.failAlways(Status());
  ASSERT_TRUE(backend.waitForEvents(1));
  // The backend has it a moment before the client knows.
  while (client.counters().drained == 0) std::this_thread::yield();
  EXPECT_TRUE(client.close(30s).status.ok());
  EXPECT_EQ(orderOf(backend), upTo(50));
  EXPECT_EQ(spool.left(), 0u);
}

}  // namespace
}  // namespace xray::sdk
