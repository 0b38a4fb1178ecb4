// Ingest over a store that likes two appends at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::ElementsAre;

constexpr std::size_t kTwo = 2;

std::string stepsOf(const std::string& run) {
  return stepEnded(run, kStep) + stepEnded(run, kOtherStep);
}

TEST(IngestConcurrency, UnrelatedBatches_AreStoredAtTheSameTime) {
  TestBackend backend(ValidationMode::Warn, {}, kTwo);
  backend.store().hold();
  auto one = backend.submit(stepsOf(kRun));
  backend.store().waitForAppends(1);
  auto other = backend.submit(stepEnded(kOtherRun, kStep));
  EXPECT_TRUE(backend.store().waitForAppends(2)) << "the second did not begin while the first was in work";
  backend.store().release();
  EXPECT_EQ(describe(one.get()), "2 accepted, 0 duplicates, rejected");
  EXPECT_EQ(describe(other.get()), "1 accepted, 0 duplicates, rejected");
  EXPECT_EQ(backend.pipeline().counters().accepted, 3u);
}

TEST(IngestConcurrency, BatchOfARunInWork_WaitsAndKeepsItsPlace) {
  TestBackend backend(ValidationMode::Warn, {}, kTwo);
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto same = backend.submit(stepsOf(kRun));
  auto other = backend.submit(stepEnded(kOtherRun, kStep));
  backend.store().release();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(same.get().ok());
  EXPECT_TRUE(other.get().ok());
  // Had the other committer taken one of them at once, there were three appends.
  EXPECT_THAT(backend.store().appended(), ElementsAre(1, 3));
}

TEST(IngestConcurrency, SchemaInWork_KeepsEverythingBehindItWaiting) {
  TestBackend backend(ValidationMode::Warn, {}, kTwo);
  backend.store().hold();
  auto schema = backend.submit(schemaRegistered("s", 1, R"({"reasoning":["a"]})"));
  backend.store().waitForAppends(1);
  auto started = backend.submit(runStarted(kRun, R"(,"schema":{"name":"s","version":1})") +
                                stepEnded(kRun, kStep, R"(,"reasoning":{"b":1})"));
  auto other = backend.submit(stepEnded(kOtherRun, kStep));
  backend.store().release();
  EXPECT_TRUE(schema.get().ok());
  EXPECT_TRUE(started.get().ok());
  EXPECT_TRUE(other.get().ok());
  EXPECT_THAT(backend.store().appended(), ElementsAre(1, 3));
  const Reply step = backend.get("/v1/runs/" + kRun + "/steps/" + kStep);
  EXPECT_EQ(step.member("schema_checked"), "true");
  EXPECT_THAT(step.member("violations"), testing::HasSubstr("unknown_key"));
}

TEST(IngestConcurrency, NewSchema_WaitsForWhatIsInWork) {
  TestBackend backend(ValidationMode::Warn, {}, kTwo);
  backend.store().hold();
  auto run = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto schema = backend.submit(schemaRegistered("s", 1, "{}"));
  auto other = backend.submit(stepEnded(kOtherRun, kStep));
  backend.store().release();
  EXPECT_TRUE(run.get().ok());
  EXPECT_TRUE(schema.get().ok());
  EXPECT_TRUE(other.get().ok());
  EXPECT_THAT(backend.store().appended(), ElementsAre(1, 2));
}

TEST(IngestConcurrency, ManyBatchesOfSharedRuns_AreAllStoredOnce) {
  TestBackend backend(ValidationMode::Warn, {}, kTwo);
  std::vector<std::future<Result<Receipt>>> receipts;
  for (int i = 0; i < 200; ++i) {
    receipts.push_back(backend.submit(i % 3 == 0   ? stepsOf(kRun)
                                      : i % 3 == 1 ? stepsOf(kOtherRun)
                                                   : stepsOf(kRun) + stepsOf(kOtherRun)));
  }
  std::uint64_t accepted = 0;
  for (auto& receipt : receipts) {
    const Result<Receipt> answer = receipt.get();
    ASSERT_TRUE(answer.ok()) << answer.status().toString();
    accepted += answer->accepted;
  }
  EXPECT_EQ(accepted, 4u);
  backend.pipeline().stop(Deadline::max());
}

}  // namespace
}  // namespace xray::server
