// The fallback in trouble of its own: a spool that is full, broken, in the hands of others, or holds what nobody takes.
#include "fallback.h"
#include "log_lines.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using WhenFull = FakeSpool::WhenFull;

TEST(Fallback, AFullSpoolThatBlocks_FillsTheQueue_AndLosesNothingOfIt) {
  FakeBackend backend;
  FakeSpool spool;
  LogLines lines;
  spool.limit(3, WhenFull::Block);
  spool.hold(true);
  backend.failAlways(kAway);
  Settings settings = fallbackSettings();
  settings.batchBytes = 1;
  Client client = makeClient(backend, spool, settings, lines.sink());
  auto run = client.startRun("p");
  // The start of the run is on its way: no step is told of while it is open.
  ASSERT_TRUE(lines.waitFor("spooling from now on"));
  for (int i = 0; i < 10; ++i) run.step("step", "t").input({{"i", i}});
  spool.hold(false);
  // The second refusal: the shipper has taken note of the first.
  EXPECT_TRUE(spool.waitUntilRefused(2));
  const DeliveryReport report = client.flush(50ms);
  EXPECT_EQ(report.status.code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(report.undeliveredEvents, 8u);
  EXPECT_THAT(report.status.message(), HasSubstr("last failure: Overloaded: the spool is full"));
  backend.failAlways(Status());
  EXPECT_TRUE(client.flush(20s).status.ok());
  EXPECT_TRUE(client.close(20s).status.ok());
  EXPECT_EQ(orderOf(backend), upTo(10));
  EXPECT_EQ(client.counters().spoolDropped, 0u);
}

TEST(Fallback, AFullSpoolThatDropsTheNewest_IsCountedAndToldWithTheRun) {
  FakeBackend backend;
  FakeSpool spool;
  LogLines lines;
  spool.limit(3, WhenFull::DropNewest);
  backend.failAlways(kAway);
  Client client = makeClient(backend, spool, fallbackSettings(), lines.sink());
  auto run = client.startRun("p");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(recordStep(client, run, i).status.ok());
  EXPECT_EQ(client.counters().spoolDropped, 7u);
  EXPECT_EQ(client.counters().spooled, 4u);
  backend.failAlways(Status());
  ASSERT_TRUE(spool.waitUntilEmpty());
  run.end();
  EXPECT_TRUE(client.close(20s).status.ok());
  EXPECT_EQ(orderOf(backend), upTo(3));
  const auto events = backend.events();
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lost, R"({"spool_full":7})");
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lastSeq, 9);
  EXPECT_THAT(lines.all(), HasSubstr("events dropped so far because the spool was full"));
}

TEST(Fallback, AFullSpoolThatDropsTheOldest_IsCounted_AndTheSchemaIsSentAgain) {
  FakeBackend backend;
  FakeSpool spool;
  spool.limit(3, WhenFull::DropOldest);
  backend.failAlways(kAway);
  Settings settings = fallbackSettings();
  const auto validator = makeKeyListValidator();
  settings.schema = *SchemaPolicy::make({"s", 1}, R"({"step_types":["t"]})", *validator, ValidationMode::Warn);
  Client client = makeClient(backend, spool, settings);
  auto run = client.startRun("p");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(recordStep(client, run, i).status.ok());
  EXPECT_GE(client.counters().spoolDropped, 6u);
  backend.failAlways(Status());
  ASSERT_TRUE(spool.waitUntilEmpty());
  EXPECT_TRUE(client.close(20s).status.ok());
  const auto order = orderOf(backend);
  EXPECT_EQ(order.back(), 9);
  EXPECT_GE(factsOf<SchemaRegistered>(backend.events()).size(), 1u);
}

TEST(Fallback, ABrokenSpool_LeavesTheBackendToBeTriedAgain) {
  FakeBackend backend;
  FakeSpool spool;
  LogLines lines;
  spool.failAlways(Status(StatusCode::Internal, "no such disk"));
  backend.failAlways(kAway);
  Client client = makeClient(backend, spool, fallbackSettings(), lines.sink());
  auto run = client.startRun("p");
  run.step("step", "t").end();
  EXPECT_EQ(client.flush(50ms).status.code(), StatusCode::DeadlineExceeded);
  EXPECT_TRUE(lines.waitFor("cannot spool, will try again: Internal: no such disk"));
  backend.failAlways(Status());
  EXPECT_TRUE(client.flush(20s).status.ok());
  EXPECT_EQ(client.counters().accepted, 2u);
  EXPECT_EQ(client.counters().spooled, 0u);
}

TEST(Fallback, ASpoolThatAnotherProcessReads_DoesNotKeepTheClientFromTheBackend) {
  FakeBackend backend;
  FakeSpool spool;
  LogLines lines;
  spool.readElsewhere(true);
  backend.failAlways(kAway);
  Settings settings = fallbackSettings();
  settings.retryMost = 20ms;
  Client client = makeClient(backend, spool, settings, lines.sink());
  auto run = client.startRun("p");
  EXPECT_TRUE(recordStep(client, run, 0).status.ok());
  backend.failAlways(Status());
  int i = 1;
  for (const Deadline end = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < end; ++i) {
    ASSERT_TRUE(recordStep(client, run, i).status.ok());
    if (lines.all().find("sending directly again") != std::string::npos) break;
  }
  EXPECT_THAT(lines.all(), HasSubstr("sending directly again"));
}

TEST(Fallback, ASpooledBatchThatIsRefused_IsSetAside_AndTheNextOnesGo) {
  FakeBackend backend;
  FakeSpool spool;
  LogLines lines;
  backend.failAlways(kAway);
  Client client = makeClient(backend, spool, fallbackSettings(), lines.sink());
  auto run = client.startRun("p");
  recordStep(client, run, 0);
  backend.limitBytes(3000);
  run.step("large", "t").input({{"text", std::string(4000, 'x')}});
  run.step("small", "t").end();
  ASSERT_TRUE(client.flush(20s).status.ok());
  recordStep(client, run, 3);
  backend.failAlways(Status());
  ASSERT_TRUE(spool.waitUntilEmpty());
  ASSERT_EQ(spool.setAside().size(), 1u);
  EXPECT_THAT(spool.setAside()[0], HasSubstr("xxxx"));
  EXPECT_EQ(orderOf(backend), (std::vector<std::int64_t>{0, 2, 3})) << "the neighbours of what is too large go";
  run.end();
  const DeliveryReport report = client.close(20s);
  EXPECT_EQ(report.counters.tooLarge, 1u);
  EXPECT_EQ(report.counters.setAside, 1u);
  EXPECT_THAT(lines.all(), HasSubstr("are kept aside in it"));
}

}  // namespace
}  // namespace xray::sdk
