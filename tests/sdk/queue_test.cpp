// The bound of the queue: what a full one does, and what is told of it.
#include <thread>

#include "fake_backend.h"
#include "queue_budget.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;

Settings smallQueue() {
  Settings settings = quickSettings();
  settings.maxDelay = 1h;
  settings.queueBytes = 64 << 10;
  settings.maxEventBytes = 8 << 10;
  return settings;
}

const std::string kText(1000, 'x');

TEST(Queue, Full_DropsTheNewestSteps_CountsThem_AndStillTellsTheRunsEnd) {
  FakeBackend backend;
  backend.hold(true);
  Client client = makeClient(backend, smallQueue());
  {
    auto run = client.startRun("p");
    for (int i = 0; i < 200; ++i) run.step("step", "llm").input({{"i", i}, {"text", kText}});
  }
  auto other = client.startRun("begun while the queue is full");
  other.end();
  const std::uint64_t dropped = client.counters().queueFull;
  EXPECT_GT(dropped, 100u);
  EXPECT_LT(dropped, 200u);

  backend.hold(false);
  ASSERT_TRUE(client.flush(20s).status.ok());
  const auto events = backend.events();
  const auto steps = factsOf<StepEvent>(events);
  EXPECT_EQ(steps.size() + dropped, 200u);
  for (std::size_t i = 0; i < steps.size(); ++i)
    EXPECT_EQ(steps[i].seq, static_cast<std::int64_t>(i)) << "an older one was dropped";
  EXPECT_EQ(factsOf<RunStarted>(events).size(), 2u);
  const auto ends = factsOf<RunEnded>(events);
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].lost, R"({"queue_full":)" + std::to_string(dropped) + "}");
  EXPECT_EQ(ends[0].lastSeq, 199);
  EXPECT_EQ(ends[1].lost, "{}");
}

TEST(Queue, FullOfRunEdges_StaysBounded) {
  FakeBackend backend;
  backend.hold(true);
  Client client = makeClient(backend, smallQueue());
  for (int i = 0; i < 2000; ++i) client.startRun("p").end();
  const Counters counters = client.counters();
  EXPECT_GT(counters.queueFull, 3000u);
  const DeliveryReport report = client.flush(std::chrono::milliseconds(1));
  EXPECT_LE(report.undeliveredBytes, smallQueue().queueBytes);
  EXPECT_EQ(report.undeliveredEvents + counters.queueFull, 4000u);
  backend.hold(false);
}

TEST(Queue, Full_WithBlock_WaitsForRoomAndLosesNothing) {
  FakeBackend backend;
  backend.hold(true);
  Settings settings = smallQueue();
  settings.blockWhenFull = true;
  settings.blockTimeout = 60s;
  Client client = makeClient(backend, settings);
  std::thread recording([&] {
    auto run = client.startRun("p");
    for (int i = 0; i < 200; ++i) run.step("step", "llm").input({{"i", i}, {"text", kText}});
  });
  // A full queue makes a batch leave, which the backend holds.
  EXPECT_GE(backend.waitForCalls(1), 1);
  backend.hold(false);
  recording.join();
  ASSERT_TRUE(client.flush(20s).status.ok());
  EXPECT_EQ(backend.events().size(), 202u);
  EXPECT_EQ(client.counters().queueFull, 0u);
}

TEST(Queue, Full_WithBlock_DropsAfterTheTimeout) {
  FakeBackend backend;
  backend.hold(true);
  Settings settings = smallQueue();
  settings.blockWhenFull = true;
  settings.blockTimeout = 1ms;
  Client client = makeClient(backend, settings);
  auto run = client.startRun("p");
  for (int i = 0; i < 100; ++i) run.step("step", "llm").input({{"text", kText}});
  EXPECT_GT(client.counters().queueFull, 10u);
  backend.hold(false);
}

TEST(Queue, AClosedClient_BlocksNobody) {
  FakeBackend backend;
  backend.hold(true);
  Settings settings = smallQueue();
  settings.blockWhenFull = true;
  settings.blockTimeout = 1h;
  Client client = makeClient(backend, settings);
  std::thread recording([&] {
    auto run = client.startRun("p");
    for (int i = 0; i < 200; ++i) run.step("step", "llm").input({{"text", kText}});
  });
  backend.waitForCalls(1);
  EXPECT_FALSE(client.close(10ms).status.ok());
  recording.join();
}

TEST(Queue, ARunThatIsTooLargeAsJson_IsToldWithoutWhatItSaysOfItself) {
  FakeBackend backend;
  Client client = makeClient(backend, smallQueue());
  const std::string quotes(6000, '"');  // twice as much as JSON
  auto run = client.startRun("p", {{"notes", quotes}});
  run.step("large", "llm").output({{"text", quotes}});
  run.step("small", "llm").end();
  run.metadata({{"notes", quotes}});
  run.end();
  ASSERT_TRUE(client.flush(20s).status.ok());
  const auto events = backend.events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(factsOf<RunStarted>(events).at(0).pipeline, "p");
  EXPECT_EQ(factsOf<RunStarted>(events).at(0).metadata, "{}");
  EXPECT_EQ(factsOf<StepEvent>(events).at(0).name, "small");
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).metadata, "{}");
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lost, R"({"too_large":1})");
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lastSeq, 1);
  EXPECT_EQ(client.counters().tooLarge, 3u);
}

TEST(Queue, WholeNumbers_TakeTheRoomOfTheirDigits) {
  FakeBackend backend;
  Client client = makeClient(backend, smallQueue());
  auto run = client.startRun("p");
  run.step("embedding", "llm").output({{"vector", std::vector<double>(3000, 1.0)}});
  ASSERT_TRUE(client.flush(20s).status.ok());
  EXPECT_EQ(client.counters().tooLarge, 0u);
  EXPECT_EQ(factsOf<StepEvent>(backend.events()).size(), 1u);
}

TEST(Queue, AStepThatIsTooLarge_IsLostAlone) {
  FakeBackend backend;
  Client client = makeClient(backend, smallQueue());
  auto run = client.startRun("p", {{"notes", std::string(20000, 'n')}});
  auto large = run.step("large", "llm");
  for (int i = 0; i < 20; ++i) large.output({{"text", kText}});
  large.output({{"more", 1}});
  large.end();
  run.step("small", "llm").end();
  run.logError(std::string(50000, 'e'));
  ASSERT_TRUE(client.flush(20s).status.ok());
  const auto events = backend.events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(factsOf<RunStarted>(events).at(0).metadata, "{}");
  EXPECT_EQ(factsOf<StepEvent>(events).at(0).name, "small");
  const auto end = factsOf<RunEnded>(events).at(0);
  EXPECT_TRUE(end.failed);
  EXPECT_EQ(end.lost, R"({"too_large":1})");
  EXPECT_EQ(client.counters().tooLarge, 3u);
}

TEST(Queue, AStepThatIsTooLargeOnlyAsALine_IsLostAndNoLongerUndelivered) {
  FakeBackend backend;
  Settings settings = quickSettings();
  settings.maxDelay = 1h;  // no step is announced
  settings.maxEventBytes = 4096;
  Client client = makeClient(backend, settings);
  auto run = client.startRun("p");
  // Somewhere in here lie the sizes that pass in the queue and not with the names of the members around them.
  for (std::size_t size = 3200; size < 4096; size += 16) run.step("s", "t").input({{"text", std::string(size, 'x')}});
  const DeliveryReport report = client.flush(20s);
  EXPECT_TRUE(report.status.ok()) << report.status.toString();
  EXPECT_EQ(report.undeliveredEvents, 0u);
  EXPECT_EQ(report.undeliveredBytes, 0u);
  EXPECT_GT(report.counters.tooLarge, 0u);
  EXPECT_EQ(report.counters.accepted + report.counters.tooLarge, 1u + 56u);
}

TEST(QueueBudget, ItsLimits_AreExact) {
  using Use = QueueBudget::Use;
  QueueBudget budget(1600);
  EXPECT_EQ(budget.limit(Use::Step), 1500u);
  EXPECT_TRUE(budget.reserve(1500, Use::Step));
  EXPECT_FALSE(budget.reserve(1, Use::Step));
  EXPECT_TRUE(budget.reserve(100, Use::RunEdge));
  EXPECT_FALSE(budget.reserve(1, Use::RunEdge));
  EXPECT_EQ(budget.used(), 1600u);
  budget.release(1600);
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_FALSE(budget.reserveUntil(1501, Use::Step, Deadline::max())) << "can never fit, so it must not wait";
}

}  // namespace
}  // namespace xray::sdk
