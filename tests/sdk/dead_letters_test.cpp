// What the backend refuses for good, where a place for it is configured.
#include "fallback.h"
#include "log_lines.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(DeadLetters, WhatTheBackendRefusesForGood_IsKept_DirectlyAndFromTheSpool) {
  FakeBackend backend, dead;
  FakeSpool spool;
  Client client = makeClient(backend, spool, fallbackSettings(), nullptr, &dead);
  auto run = client.startRun("p");
  recordStep(client, run, 0);
  backend.failNext({Status(StatusCode::InvalidArgument, "400")});
  recordStep(client, run, 1);
  ASSERT_TRUE(dead.waitForEvents(1));
  EXPECT_EQ(orderOf(dead), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(client.counters().givenUp, 1u);
  EXPECT_EQ(client.counters().deadLettered, 1u);

  backend.failNext(std::vector<Status>(1000, kAway));
  recordStep(client, run, 2);
  backend.failNext({Status(StatusCode::Internal, "500")});
  ASSERT_TRUE(dead.waitForEvents(2));
  ASSERT_TRUE(spool.waitUntilEmpty());
  EXPECT_TRUE(spool.setAside().empty()) << "kept once is enough";
  EXPECT_EQ(orderOf(dead), (std::vector<std::int64_t>{1, 2}));
  run.end();
  const DeliveryReport report = client.close(20s);
  EXPECT_EQ(report.counters.deadLettered, 2u);
  EXPECT_EQ(report.counters.givenUp, 2u);
  EXPECT_EQ(orderOf(backend), (std::vector<std::int64_t>{0}));
}

TEST(DeadLetters, OfABatchThatIsTooLarge_OnlyTheEventThatIsSoAlone_IsKept) {
  FakeBackend backend, dead;
  FakeSpool spool;
  backend.limitBytes(3000);
  Client client = makeClient(backend, spool, fallbackSettings(), nullptr, &dead);
  auto run = client.startRun("p");
  for (int i = 0; i < 20; ++i) run.step("small", "t").input({{"i", i}});
  run.step("large", "t").input({{"text", std::string(4000, 'x')}});
  run.end();
  EXPECT_TRUE(client.close(20s).status.ok());
  EXPECT_EQ(orderOf(dead), (std::vector<std::int64_t>{20}));
  EXPECT_EQ(dead.events().size(), 1u);
  EXPECT_EQ(orderOf(backend), upTo(20));
  EXPECT_EQ(client.counters().tooLarge, 1u);
  EXPECT_EQ(client.counters().deadLettered, 1u);
}

TEST(DeadLetters, APlaceThatDoesNotTakeThem_IsTold_AndHoldsNothingUp) {
  FakeBackend backend, dead;
  FakeSpool spool;
  LogLines lines;
  dead.failAlways(Status(StatusCode::Overloaded, "the disk is full"));
  Client client = makeClient(backend, spool, fallbackSettings(), lines.sink(), &dead);
  auto run = client.startRun("p");
  backend.failNext({Status(StatusCode::InvalidArgument, "400")});
  recordStep(client, run, 0);
  recordStep(client, run, 1);
  EXPECT_EQ(orderOf(backend), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(client.counters().deadLettered, 0u);
  EXPECT_EQ(client.counters().givenUp, 2u);
  EXPECT_THAT(lines.all(), HasSubstr("cannot keep a dead letter: Overloaded: the disk is full"));
}

}  // namespace
}  // namespace xray::sdk
