// What is recorded through Client, Run and Step, as the events that leave.
#include <gtest/gtest.h>

#include <stdexcept>

#include "fake_backend.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = *parseTimestamp("2026-11-22T16:07:00.123456Z");

// Maps ids to names in their order of appearance, so that a batch can be compared as a text.
class Names {
 public:
  std::string in(std::string body) {
    for (std::size_t at = 0; at + Id::kTextSize <= body.size(); ++at) {
      const std::string text = body.substr(at, Id::kTextSize);
      if (!Id::parse(text)) continue;
      const auto [entry, isNew] = names_.try_emplace(text, "id" + std::to_string(names_.size()));
      body.replace(at, Id::kTextSize, entry->second);
    }
    return body;
  }

 private:
  std::map<std::string, std::string> names_;
};

std::string joined(const FakeBackend& backend) {
  std::string all;
  for (const std::string& body : backend.bodies()) all += body;
  return all;
}

// A client that sends nothing until it is flushed or closed, and whose clock stands still.
struct Recording {
  FakeBackend backend;
  ManualClock clock{kStart};
  Client client = makeClient(backend, slowSettings(), nullptr, clock);

  static Settings slowSettings() {
    Settings settings = quickSettings();
    settings.maxDelay = 1h;
    return settings;
  }
  std::vector<Event> flushed() {
    EXPECT_TRUE(client.flush(20s).status.ok());
    return backend.events();
  }
};

TEST(Recording, TheExampleOfTheDocumentation_GivesTheseEvents) {
  Recording test;
  {
    auto run = test.client.startRun("product-selection", {{"market", "US"}});
    {
      test.clock.advance(1s);
      auto step = run.step("price-filter", "filter");
      step.input({{"candidates", 120}, {"max_price", 50}});
      step.output({{"kept", 7}});
      step.reasoning({{"percentage_eliminated", 94.2}, {"rule", "price <= 50"}});
      test.clock.advance(1s);
    }
    run.end();
  }
  test.flushed();
  EXPECT_EQ(
      Names().in(joined(test.backend)),
      R"({"event":"run.started","run_id":"id0","pipeline":"product-selection","at":"2026-11-22T16:07:00.123456Z","metadata":{"market":"US"}})"
      "\n"
      R"({"event":"step.ended","run_id":"id0","step_id":"id1","seq":0,"name":"price-filter","step_type":"filter","started_at":"2026-11-22T16:07:01.123456Z","at":"2026-11-22T16:07:02.123456Z","status":"success","input_data":{"candidates":120,"max_price":50},"output_data":{"kept":7},"reasoning":{"percentage_eliminated":94.2,"rule":"price <= 50"}})"
      "\n"
      R"({"event":"run.ended","run_id":"id0","at":"2026-11-22T16:07:02.123456Z","last_seq":0})"
      "\n");
}

TEST(Recording, NestedSteps_NameTheirParentsAndCountOn) {
  Recording test;
  auto run = test.client.startRun("p");
  {
    auto outer = run.step("outer", "llm");
    auto inner = outer.step("inner", "api");
    auto innermost = inner.step("innermost", "api");
    innermost.end();
    inner.end();
    outer.end();
    EXPECT_TRUE(run.step("next", "llm").step("child", "api").id() != Id());
  }
  run.end();
  const auto events = test.flushed();
  const auto steps = factsOf<StepEvent>(events);
  ASSERT_EQ(steps.size(), 5u);
  std::map<std::string_view, StepEvent> byName;
  for (const StepEvent& step : steps) byName.emplace(step.name, step);
  EXPECT_EQ(byName["outer"].parentStepId, std::nullopt);
  EXPECT_EQ(byName["inner"].parentStepId, byName["outer"].stepId);
  EXPECT_EQ(byName["innermost"].parentStepId, byName["inner"].stepId);
  EXPECT_EQ(byName["child"].parentStepId, byName["next"].stepId);
  EXPECT_EQ(byName["outer"].seq, 0);
  EXPECT_EQ(byName["innermost"].seq, 2);
  EXPECT_EQ(byName["child"].seq, 4);
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).lastSeq, 4);
}

TEST(Recording, AnExceptionInFlight_MakesStepsAndRunErrors) {
  Recording test;
  EXPECT_THROW(
      {
        auto run = test.client.startRun("p");
        auto failing = run.step("failing", "api");
        throw std::runtime_error("boom");
      },
      std::runtime_error);
  const auto events = test.flushed();
  const auto step = factsOf<StepEvent>(events).at(0);
  EXPECT_EQ(step.status, StepStatus::Error);
  EXPECT_EQ(step.errorType, "exception");
  const auto run = factsOf<RunEnded>(events).at(0);
  EXPECT_TRUE(run.failed);
  EXPECT_EQ(run.errorType, "exception");
}

TEST(Recording, AStepInsideACatchBlock_IsNoErrorOfItself) {
  Recording test;
  auto run = test.client.startRun("p");
  try {
    auto step = run.step("throws", "api");
    try {
      throw std::out_of_range("index 7");
    } catch (const std::exception& exception) {
      auto cleanup = run.step("cleanup", "api");
      step.fail(exception);
    }
  } catch (...) {
  }
  run.end();
  for (const StepEvent& step : factsOf<StepEvent>(test.flushed())) {
    if (step.name == "cleanup") {
      EXPECT_EQ(step.status, StepStatus::Success);
    } else {
      EXPECT_EQ(step.status, StepStatus::Error);
      EXPECT_EQ(step.errorType, "std::out_of_range");
      EXPECT_EQ(step.errorMessage, "index 7");
    }
  }
}

TEST(Recording, ErrorsOfRunsAndSteps_CarryTypeMessageStepAndDetails) {
  Recording test;
  auto run = test.client.startRun("p", {}, {.timeout = 90s});
  auto step = run.step("call", "api");
  step.fail("Timeout", "no answer after 3 s", {{"url", "http://example"}, {"tries", 3}});
  step.end();
  run.metadata({{"tokens", 512}});
  run.metadata({{"cost", 0.25}});
  run.logError("gave up", {.type = "Timeout", .stepId = step.id()});
  run.end();  // only the first counts
  const auto events = test.flushed();
  EXPECT_EQ(factsOf<RunStarted>(events).at(0).timeout, Microseconds(90s));
  EXPECT_EQ(factsOf<StepEvent>(events).at(0).error,
            R"({"type":"Timeout","message":"no answer after 3 s","url":"http://example","tries":3})");
  const auto ends = factsOf<RunEnded>(events);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_TRUE(ends[0].failed);
  EXPECT_EQ(ends[0].errorType, "Timeout");
  EXPECT_EQ(ends[0].errorMessage, "gave up");
  EXPECT_EQ(ends[0].errorStepId, step.id());
  EXPECT_EQ(ends[0].metadata, R"({"tokens":512,"cost":0.25})");
  EXPECT_EQ(test.client.counters().misuses, 1u);
}

TEST(Recording, ExplicitTimes_AreKept) {
  Recording test;
  const Timestamp begin = *parseTimestamp("2024-01-01T00:00:00Z");
  auto parent = test.client.startRun("parent");
  auto run = test.client.startRun("replay", {}, {.parentRunId = parent.id(), .startedAt = begin});
  auto step = run.step("s", "llm", {.startedAt = begin + 1s});
  step.end(begin + 2s);
  run.logError("reward 0", {.at = begin + 3s});
  parent.endRun();
  const auto events = test.flushed();
  const auto runs = factsOf<RunStarted>(events);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[1].at, begin);
  EXPECT_EQ(runs[1].parentRunId, runs[0].runId);
  const auto steps = factsOf<StepEvent>(events);
  EXPECT_EQ(steps.at(0).startedAt, begin + 1s);
  EXPECT_EQ(steps.at(0).endedAt, begin + 2s);
  EXPECT_EQ(factsOf<RunEnded>(events).at(0).at, begin + 3s);
}

TEST(Recording, OpenSteps_AreAnnouncedOnceWithTheirInput_AndEndedOnesNever) {
  Recording test;
  auto run = test.client.startRun("p");
  auto open = run.step("open", "llm");
  open.input({{"query", "phone"}});
  run.step("short", "api").end();

  auto steps = factsOf<StepEvent>(test.flushed());
  ASSERT_EQ(steps.size(), 2u);
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
  EXPECT_FALSE(steps[0].ended());
  EXPECT_EQ(steps[0].name, "open");
  EXPECT_EQ(steps[0].inputData, R"({"query":"phone"})");
  EXPECT_TRUE(steps[1].ended());

  EXPECT_EQ(factsOf<StepEvent>(test.flushed()).size(), 2u) << "announced twice";
  open.input({{"page", 2}});
  open.end();
  steps = factsOf<StepEvent>(test.flushed());
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_TRUE(steps[2].ended());
  EXPECT_EQ(steps[2].inputData, R"({"query":"phone","page":2})");
}

TEST(Recording, AnOpenStepAlone_IsAnnouncedWithoutAnyCall) {
  FakeBackend backend;
  Client client = makeClient(backend);
  auto run = client.startRun("p");
  ASSERT_TRUE(backend.waitForEvents(1));
  auto step = run.step("long", "llm");
  ASSERT_TRUE(backend.waitForEvents(2));
  EXPECT_EQ(factsOf<StepEvent>(backend.events()).at(0).stepId, step.id());
}

TEST(Recording, HandlesThatAreOver_RecordNothing) {
  Recording test;
  auto run = test.client.startRun("p");
  auto step = run.step("s", "t");
  auto moved = std::move(step);
  step.input({{"a", 1}});  // NOLINT(bugprone-use-after-move): that it is safe is the test
  step.end();
  moved.end();
  moved.end();
  moved.output({{"b", 1}});
  auto late = moved.step("child of an ended step", "t");
  EXPECT_TRUE(late.id().isNil());
  run.end();
  auto tooLate = run.step("after the end", "t");
  EXPECT_TRUE(tooLate.id().isNil());
  sdk::Run nothing;
  nothing.step("s", "t").input({{"a", 1}});
  nothing.end();
  Step().end();
  const auto events = test.flushed();
  EXPECT_EQ(events.size(), 3u);
  EXPECT_EQ(test.client.counters().misuses, 1u);
}

TEST(Recording, NamesThatTheWireDoesNotTake_AreMadeToFit) {
  Recording test;
  auto run = test.client.startRun(std::string(300, 'p'));
  const std::string umlauts = std::string(199, 'a') + "\u00e4\u00e4";
  const std::pair<std::string, std::string> cases[] = {{"", "unnamed"},
                                                       {std::string(200, 'n'), std::string(200, 'n')},
                                                       {std::string(201, 'n'), std::string(200, 'n')},
                                                       {umlauts, std::string(199, 'a')},
                                                       {"caf\xC3\xA9", "caf\xC3\xA9"},
                                                       {"caf\xE9", "caf?"}};
  for (const auto& [given, kept] : cases) run.step(given, std::string(101, 't')).end();
  run.end();
  const auto events = test.flushed();
  EXPECT_EQ(factsOf<RunStarted>(events).at(0).pipeline, std::string(200, 'p'));
  const auto steps = factsOf<StepEvent>(events);
  ASSERT_EQ(steps.size(), std::size(cases));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].name, cases[i].second);
    EXPECT_EQ(steps[i].stepType, std::string(100, 't'));
  }
  EXPECT_EQ(test.client.counters().alteredNames, 1u + 6u + 4u);
}

}  // namespace
}  // namespace xray::sdk
