// How what was recorded gets to the backend, and what happens when it does not.
#include <set>

#include "fake_backend.h"
#include "log_lines.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

void recordRun(Client& client, int steps, std::string_view pipeline = "p") {
  auto run = client.startRun(pipeline);
  for (int i = 0; i < steps; ++i) run.step("step", "llm").input({{"i", i}});
}

Settings flushedOnly() {
  Settings settings = quickSettings();
  settings.maxDelay = 1h;
  return settings;
}

std::size_t distinctSteps(const FakeBackend& backend) {
  std::set<Id> ids;
  for (const StepEvent& step : factsOf<StepEvent>(backend.events())) {
    if (step.ended()) ids.insert(step.stepId);
  }
  return ids.size();
}

TEST(Delivery, ABackendThatComesBack_GetsEverythingOnce) {
  FakeBackend backend;
  LogLines lines;
  backend.failNext({Status(StatusCode::Unavailable, "connection refused"), Status(StatusCode::Overloaded, "slow down"),
                    Status(StatusCode::DeadlineExceeded, "no answer"), Status(StatusCode::Unauthenticated, "no key"),
                    Status(StatusCode::PermissionDenied, "wrong key")});
  Client client = makeClient(backend, quickSettings(), lines.sink());
  recordRun(client, 20);
  const DeliveryReport report = client.flush(20s);
  EXPECT_TRUE(report.status.ok()) << report.status.toString();
  EXPECT_EQ(report.undeliveredEvents, 0u);
  EXPECT_EQ(report.undeliveredBytes, 0u);
  EXPECT_EQ(report.counters.accepted, 22u);
  EXPECT_EQ(report.counters.retries, 5u);
  EXPECT_EQ(backend.events().size(), 22u);
  EXPECT_EQ(distinctSteps(backend), 20u);
  EXPECT_THAT(lines.all(), HasSubstr("cannot deliver, will try again: Unavailable: connection refused"));
}

TEST(Delivery, ABatchThatIsTooLarge_IsSplit_AndOneEventThatIsStillTooLargeIsLost) {
  FakeBackend backend;
  backend.limitBytes(2000);
  Client client = makeClient(backend, flushedOnly());
  auto run = client.startRun("p");
  for (int i = 0; i < 50; ++i) run.step("step", "llm").input({{"i", i}});
  run.step("large", "llm").input({{"text", std::string(3000, 'x')}});
  ASSERT_TRUE(client.flush(20s).status.ok());
  run.end();
  const DeliveryReport report = client.close(20s);
  EXPECT_TRUE(report.status.ok());
  EXPECT_EQ(distinctSteps(backend), 50u);
  EXPECT_EQ(report.counters.tooLarge, 1u);
  EXPECT_GT(report.counters.batches, 5u);
  const auto events = backend.events();
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lost, R"({"too_large":1})");
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lastSeq, 50);
}

TEST(Delivery, ABatchThatIsRefused_IsGivenUpAndTold_AndTheNextOneGoes) {
  FakeBackend backend;
  LogLines lines;
  Client client = makeClient(backend, flushedOnly(), lines.sink());
  auto run = client.startRun("p");
  ASSERT_TRUE(client.flush(20s).status.ok());
  backend.failNext({Status(StatusCode::InvalidArgument, "cannot be framed")});
  run.step("a", "t").end();
  run.step("b", "t").end();
  ASSERT_TRUE(client.flush(20s).status.ok());
  run.step("c", "t").end();
  run.end();
  ASSERT_TRUE(client.flush(20s).status.ok());
  const auto events = backend.events();
  ASSERT_EQ(factsOf<StepEvent>(events).size(), 1u);
  EXPECT_EQ(factsOf<StepEvent>(events)[0].name, "c");
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lost, R"({"given_up":2})");
  EXPECT_EQ(client.counters().givenUp, 2u);
  EXPECT_THAT(lines.all(), HasSubstr("gave up a batch of 2 events: InvalidArgument: cannot be framed"));
}

TEST(Delivery, ABackendThatFailsAtABatch_DoesNotHoldUpTheNextOnes) {
  FakeBackend backend;
  Client client = makeClient(backend, flushedOnly());
  backend.failNext({Status(StatusCode::Internal, "500")});
  recordRun(client, 1);
  const DeliveryReport lost = client.flush(20s);
  EXPECT_TRUE(lost.status.ok()) << "decided, although not stored: " << lost.status.toString();
  EXPECT_EQ(lost.undeliveredEvents, 0u);
  EXPECT_EQ(lost.counters.givenUp, 3u);
  EXPECT_EQ(lost.counters.retries, 0u);
  recordRun(client, 1);
  EXPECT_EQ(client.close(20s).counters.accepted, 3u);
}

TEST(Delivery, ABackendThatWantsTheNextTryAtOnce_GetsItAfterTheBackoff) {
  FakeBackend backend;
  Settings settings = flushedOnly();
  settings.retryFirst = settings.retryMost = 1h;
  Client client = makeClient(backend, settings);
  backend.failNext({Status(StatusCode::Unavailable, "starting").retryIn(0s)});
  recordRun(client, 1);
  EXPECT_EQ(client.flush(100ms).status.code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(backend.waitForCalls(1), 1);
  EXPECT_EQ(client.close(20s).counters.accepted, 3u);
}

TEST(Delivery, EventsThatTheBackendRejects_AreCountedAndTold) {
  FakeBackend backend;
  LogLines lines;
  backend.rejectWhere([](const Event& event) {
    const auto* step = std::get_if<StepEvent>(&event.fact);
    return step && step->name == "bad";
  });
  Client client = makeClient(backend, flushedOnly(), lines.sink());
  auto run = client.startRun("p");
  run.step("good", "t").end();
  run.step("bad", "t").end();
  ASSERT_TRUE(client.flush(20s).status.ok());
  run.end();
  EXPECT_TRUE(client.close(20s).status.ok());
  EXPECT_EQ(client.counters().rejected, 1u);
  EXPECT_EQ(client.counters().accepted, 3u);
  const auto events = backend.events();
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lost, R"({"rejected":1})");
  EXPECT_THAT(lines.all(), HasSubstr("the backend refused an event: store_refused: refused by the test"));
}

TEST(Delivery, OfEachKindOfProblem_OneLineIsLogged) {
  FakeBackend backend;
  LogLines lines;
  backend.failNext(std::vector<Status>(5, Status(StatusCode::Unavailable, "away")));
  Client client = makeClient(backend, quickSettings(), lines.sink());
  recordRun(client, 1);
  ASSERT_TRUE(client.flush(20s).status.ok());
  EXPECT_EQ(lines.all(), "cannot deliver, will try again: Unavailable: away\n");
}

TEST(Delivery, ABatchLeavesByItsSize_WithoutWaitingForTheDelay) {
  FakeBackend backend;
  Settings settings = flushedOnly();
  settings.batchBytes = 4096;
  Client client = makeClient(backend, settings);
  auto run = client.startRun("p");
  for (int i = 0; i < 100; ++i) run.step("step", "llm").input({{"text", std::string(100, 'x')}});
  ASSERT_TRUE(backend.waitForEvents(1));
  for (const std::string& body : backend.bodies()) EXPECT_LT(body.size(), 4096u + 1000u);
}

TEST(Delivery, ABatchLeavesByDelay_AlsoAfterALongSilence) {
  FakeBackend backend;
  Client client = makeClient(backend);
  auto run = client.startRun("p");
  for (std::size_t i = 1; i < 200; ++i) {
    run.step("step", "llm").end();
    ASSERT_TRUE(backend.waitForEvents(1 + i)) << "step " << i;
    // Now and then so many turns with nothing to do that the shipper falls asleep: it must wake up for the next step.
    for (int quiet = 0; i % 50 == 0 && quiet < 20; ++quiet) ASSERT_TRUE(client.flush(20s).status.ok());
  }
}

TEST(Delivery, FlushThatCannotBeDone_ComesBackAtItsDeadlineWithWhatIsMissing) {
  FakeBackend backend;
  backend.hold(true);
  Client client = makeClient(backend, flushedOnly());
  recordRun(client, 3);
  const DeliveryReport report = client.flush(50ms);
  EXPECT_EQ(report.status.code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(report.undeliveredEvents, 5u);
  EXPECT_GT(report.undeliveredBytes, 0u);
  backend.hold(false);
  EXPECT_TRUE(client.flush(20s).status.ok());
  EXPECT_EQ(backend.events().size(), 5u);
}

TEST(Delivery, CloseDeliversWhatThereIs_AndLeavesOpenStepsOpen) {
  FakeBackend backend;
  Client client = makeClient(backend, flushedOnly());
  auto run = client.startRun("p");
  run.step("done", "t").end();
  auto open = run.step("open", "t");
  const DeliveryReport report = client.close(20s);
  EXPECT_TRUE(report.status.ok());
  EXPECT_EQ(report.undeliveredEvents, 0u);
  EXPECT_EQ(distinctSteps(backend), 1u);
  EXPECT_EQ(factsOf<StepEvent>(backend.events()).size(), 2u);

  open.end();
  run.step("late", "t").end();
  run.end();
  EXPECT_TRUE(client.startRun("late").id().isNil());
  EXPECT_EQ(client.counters().afterClose, 4u);
  EXPECT_EQ(client.flush(1s).status.code(), StatusCode::Closed);
  EXPECT_TRUE(client.close(1s).status.ok());
}

TEST(Delivery, CloseThatCannotDeliver_KeepsItsDeadlineAndReports) {
  const std::pair<const char*, Status> cases[] = {{"away", Status(StatusCode::Unavailable, "connection refused")},
                                                  {"key", Status(StatusCode::Unauthenticated, "no key")}};
  for (const auto& [name, failure] : cases) {
    SCOPED_TRACE(name);
    FakeBackend backend;
    LogLines lines;
    backend.failAlways(failure);
    Client client = makeClient(backend, flushedOnly(), lines.sink());
    recordRun(client, 3);
    const DeliveryReport report = client.close(1s);  // long enough for one try on a busy machine
    EXPECT_EQ(report.status.code(), StatusCode::DeadlineExceeded);
    EXPECT_THAT(report.status.message(),
                HasSubstr("5 events not delivered in time; last failure: " + failure.toString()));
    EXPECT_EQ(report.undeliveredEvents, 5u);
    EXPECT_GT(report.undeliveredBytes, 0u);
    EXPECT_EQ(report.counters.abandoned, 5u);
    EXPECT_THAT(lines.all(), HasSubstr("close: 5 events not delivered"));
  }
}

TEST(Delivery, CloseWithASenderThatHangs_CancelsIt) {
  FakeBackend backend;
  backend.hold(true);
  Client client = makeClient(backend, quickSettings());
  recordRun(client, 3);
  backend.waitForCalls(1);
  const DeliveryReport report = client.close(50ms);
  EXPECT_EQ(report.status.code(), StatusCode::DeadlineExceeded);
  EXPECT_EQ(report.undeliveredEvents, 5u);
}

TEST(Delivery, HandlesThatOutliveTheirClient_AreSafe) {
  FakeBackend backend;
  sdk::Run run;
  Step step;
  {
    Client client = makeClient(backend);
    run = client.startRun("p");
    step = run.step("s", "t");
  }
  step.input({{"a", 1}});
  step.end();
  run.step("late", "t").end();
  run.logError("late");
  EXPECT_EQ(distinctSteps(backend), 0u);
  EXPECT_EQ(factsOf<RunStarted>(backend.events()).size(), 1u);
}

TEST(Delivery, AClientThatRecordedNothing_SendsNothing) {
  FakeBackend backend;
  Client client = makeClient(backend);
  EXPECT_TRUE(client.flush(1s).status.ok());
  Client other = std::move(client);
  EXPECT_TRUE(other.close(1s).status.ok());
  EXPECT_EQ(backend.waitForCalls(0), 0);
}

}  // namespace
}  // namespace xray::sdk
