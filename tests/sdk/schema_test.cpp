// Schemas in the SDK: registered first, enforced at the end of each step.
#include "fake_backend.h"
#include "xray/json.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string kDefinition =
    R"({"step_types":["llm","filter"],"input_data":["query"],"reasoning":["rule",{"key":"score","type":"number"}]})";

struct Recording {
  FakeBackend backend;
  Client client;

  explicit Recording(ValidationMode mode) : client(makeClient(backend, settings(mode))) {}

  static Settings settings(ValidationMode mode) {
    Settings settings = quickSettings();
    settings.maxDelay = 1h;
    const auto validator = makeKeyListValidator();
    settings.schema = *SchemaPolicy::make({"selection", 3}, kDefinition, *validator, mode);
    return settings;
  }
  std::vector<Event> flushed() {
    EXPECT_TRUE(client.flush(20s).status.ok());
    return backend.events();
  }
};

// One clean step and one with three violations, ended.
void record(Recording& test) {
  auto run = test.client.startRun("p");
  run.step("clean", "llm").input({{"query", "phone"}});
  auto dirty = run.step("dirty", "magic");
  dirty.input({{"query", "phone"}, {"page", 2}});
  dirty.reasoning({{"rule", "x"}, {"score", "high"}});
  dirty.end();
}

TEST(Schema, IsRegisteredFirst_AndRunsReferToIt) {
  Recording test(ValidationMode::Warn);
  record(test);
  auto events = test.flushed();
  ASSERT_EQ(events.size(), 5u);
  const auto* schema = std::get_if<SchemaRegistered>(&events[0].fact);
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->name, "selection");
  EXPECT_EQ(schema->version, 3);
  EXPECT_EQ(schema->definition, canonicalJson(kDefinition));
  const auto* run = std::get_if<RunStarted>(&events[1].fact);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->schema, (SchemaRefView{"selection", 3}));

  record(test);
  EXPECT_EQ(factsOf<SchemaRegistered>(test.flushed()).size(), 1u);
}

TEST(Schema, GivenUpWithItsBatch_IsSentAgain) {
  Recording test(ValidationMode::Warn);
  test.backend.failNext({Status(StatusCode::InvalidArgument, "no")});
  record(test);
  EXPECT_TRUE(test.flushed().empty());
  record(test);
  EXPECT_EQ(factsOf<SchemaRegistered>(test.flushed()).size(), 1u);
}

TEST(Schema, Warn_KeepsTheStepWithItsViolations) {
  Recording test(ValidationMode::Warn);
  record(test);
  const auto events = test.flushed();
  const auto steps = factsOf<StepEvent>(events);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].violationCount, 0u);
  EXPECT_EQ(steps[1].stepType, "magic");
  EXPECT_EQ(steps[1].inputData, R"({"query":"phone","page":2})");
  EXPECT_EQ(steps[1].violationCount, 3u);
  for (const char* part : {R"("pointer":"/step_type")", R"("pointer":"/input_data/page")",
                           R"("pointer":"/reasoning/score")", R"("action":"warned")"}) {
    EXPECT_THAT(std::string(steps[1].violations), HasSubstr(part));
  }
}

TEST(Schema, Sanitize_RemovesWhatOffends) {
  Recording test(ValidationMode::Sanitize);
  record(test);
  const auto events = test.flushed();
  const auto steps = factsOf<StepEvent>(events);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[1].stepType, "unclassified");
  EXPECT_EQ(steps[1].inputData, R"({"query":"phone"})");
  EXPECT_EQ(steps[1].reasoning, R"({"rule":"x"})");
  EXPECT_EQ(steps[1].violationCount, 3u);
  EXPECT_THAT(std::string(steps[1].violations), HasSubstr(R"("action":"sanitized")"));
}

TEST(Schema, Sanitize_AppliesToAnnouncementsToo) {
  Recording test(ValidationMode::Sanitize);
  auto run = test.client.startRun("p");
  auto open = run.step("open", "llm");
  open.input({{"query", "phone"}, {"page", 2}});
  const auto steps = factsOf<StepEvent>(test.flushed());
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_FALSE(steps[0].ended());
  EXPECT_EQ(steps[0].inputData, R"({"query":"phone"})");
}

TEST(Schema, Reject_CountsTheStepAsLost) {
  Recording test(ValidationMode::Reject);
  {
    auto run = test.client.startRun("p");
    run.step("clean", "llm").end();
    auto open = run.step("open and of an unknown type", "magic");
    ASSERT_EQ(factsOf<StepEvent>(test.flushed()).size(), 1u) << "announced although it will be refused";
  }
  const auto events = test.flushed();
  EXPECT_EQ(factsOf<StepEvent>(events).size(), 1u);
  const auto end = factsOf<RunEnded>(events).at(0);
  EXPECT_EQ(end.lost, R"({"schema_rejected":1})");
  EXPECT_EQ(end.lastSeq, 1);
  EXPECT_EQ(test.client.counters().schemaRejected, 1u);
}

TEST(Schema, LargerThanABatch_RefusedForGood_HoldsNothingUp) {
  FakeBackend backend;
  backend.failAlways(Status(StatusCode::InvalidArgument, "no such path"));
  Settings settings = Recording::settings(ValidationMode::Warn);
  settings.batchBytes = 16;
  Client client = makeClient(backend, settings);
  auto run = client.startRun("p");
  for (int i = 0; i < 10; ++i) run.step("clean", "llm").end();
  run.end();
  EXPECT_TRUE(client.flush(20s).status.ok());
  EXPECT_EQ(client.counters().givenUp, 12u);
}

}  // namespace
}  // namespace xray::sdk
