#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <set>

#include "server/allocation_limit.h"
#include "server/test_backend.h"

namespace xray::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string stepId(int number) {
  return "0190b2a4-7c11-7000-8000-0000000001" + std::to_string(10 + number);
}

TEST(Ingest, Submit_EmptyArray_IsAnsweredWithZeros) {
  TestBackend backend;
  std::promise<Result<Receipt>> promise;
  backend.pipeline().submit({"[]", BatchFormat::Json},
                            [&](Result<Receipt> receipt) { promise.set_value(std::move(receipt)); });
  EXPECT_EQ(describe(promise.get_future().get()), "0 accepted, 0 duplicates, rejected");
  EXPECT_THAT(backend.store().appended(), ElementsAre());
}

TEST(Ingest, Submit_BadLines_AreRejectedAndNeighboursStored) {
  TestBackend backend;
  const std::string deep = "," + std::string(R"("input_data":)") + [] {
    std::string text;
    for (int i = 0; i < 128; ++i) text += R"({"a":)";
    return text + "1" + std::string(128, '}');
  }();
  const std::string batch = runStarted(kRun) +                                            // 1
                            "{\"event\":\n" +                                             // 2: no JSON
                            stepEnded(kRun, kStep) +                                      // 3
                            "\n" +                                                        // 4: blank
                            "{\"event\":\"step.ended\",\"run_id\":\"" + kRun + "\"}\n" +  // 5: members missing
                            stepEnded(kRun, kOtherStep, deep) +                           // 6
                            "\xff\xfe\n" +                                                // 7: not UTF-8
                            runEnded(kRun);                                               // 8
  EXPECT_EQ(describe(backend.send(batch)),
            "3 accepted, 0 duplicates, rejected 2:invalid_json 5:invalid_event 6:too_deep 7:invalid_json");
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).text("status"), "completed");
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).member("step_count"), "1");

  const Reply rejections = backend.get("/v1/rejections");
  EXPECT_THAT(rejections.column("rejections", "raw_encoding"), testing::Contains("\"base64\"").Times(1));
  EXPECT_THAT(rejections.column("rejections", "raw"), testing::Contains("\"//4=\""));
  EXPECT_THAT(rejections.column("rejections", "raw"), testing::Contains(R"("{\"event\":")"));
  EXPECT_THAT(rejections.column("rejections", "received_at"), testing::Each("\"2026-11-22T16:10:00.000000Z\""));
}

TEST(Ingest, Submit_BatchesThatWait_AreMergedAndAnsweredEachForItself) {
  TestBackend backend;
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  // These wait behind the first, and are stored together.
  auto steps = backend.submit("no json\n" + stepEnded(kRun, kStep) + stepEnded(kRun, kStep));
  auto again = backend.submit(runStarted(kRun) + "\n\n{}\n" + stepEnded(kRun, kOtherStep));
  auto bad = backend.submit("{\"event\":\"x\"}\n");
  backend.store().release();
  EXPECT_EQ(describe(first.get()), "1 accepted, 0 duplicates, rejected");
  EXPECT_EQ(describe(steps.get()), "1 accepted, 1 duplicates, rejected 1:invalid_json");
  EXPECT_EQ(describe(again.get()), "1 accepted, 1 duplicates, rejected 4:invalid_event");
  EXPECT_EQ(describe(bad.get()), "0 accepted, 0 duplicates, rejected 1:invalid_event");
  EXPECT_THAT(backend.store().appended(), ElementsAre(1, 4));

  const IngestCounters counters = backend.pipeline().counters();
  EXPECT_EQ(counters.commits, 2u);
  EXPECT_EQ(counters.accepted, 3u);
  EXPECT_EQ(counters.duplicates, 2u);
  EXPECT_EQ(counters.rejected, 3u);
}

TEST(Ingest, Submit_MoreThanOneCommitTakes_IsSplitBetweenBatches) {
  IngestOptions options;
  options.commitEvents = 3;
  TestBackend backend(ValidationMode::Warn, options);
  backend.store().hold();
  std::vector<std::future<Result<Receipt>>> receipts;
  receipts.push_back(backend.submit(runStarted(kRun)));
  backend.store().waitForAppends(1);
  for (int i = 0; i < 4; ++i)
    receipts.push_back(backend.submit(stepEnded(kRun, stepId(i)) + stepEnded(kOtherRun, stepId(i))));
  receipts.push_back(backend.submit(stepEnded(kRun, stepId(5)) + stepEnded(kRun, stepId(6)) +
                                    stepEnded(kRun, stepId(7)) + runEnded(kRun)));
  backend.store().release();
  for (auto& receipt : receipts) EXPECT_THAT(describe(receipt.get()), HasSubstr("0 duplicates, rejected"));
  EXPECT_THAT(backend.store().appended(), ElementsAre(1, 2, 2, 2, 2, 4));
}

TEST(Ingest, Submit_QueueFull_IsOverloadedAndLaterTaken) {
  IngestOptions options;
  options.queueBytes = 600;
  options.limits.maxBatchBytes = 600;
  TestBackend backend(ValidationMode::Warn, options);
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto second = backend.submit(stepEnded(kRun, kStep));
  const Result<Receipt> refused =
      backend.send(stepEnded(kRun, kOtherStep, R"(,"input_data":{"text":")" + std::string(200, 'x') + "\"}"));
  EXPECT_EQ(refused.status().code(), StatusCode::Overloaded);
  EXPECT_TRUE(refused.status().retryAfter().has_value());
  EXPECT_EQ(backend.pipeline().counters().overloadedBatches, 1u);
  EXPECT_EQ(backend.send(std::string(601, ' ')).status().code(), StatusCode::TooLarge);
  backend.store().release();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(second.get().ok());
  // Its room is free before long; a sender that tries again gets in.
  Result<Receipt> retried = refused;
  while (!retried.ok() && retried.status().code() == StatusCode::Overloaded)
    retried = backend.send(stepEnded(kRun, kOtherStep));
  EXPECT_EQ(describe(retried), "1 accepted, 0 duplicates, rejected");
}

TEST(Ingest, Append_StoreAway_AcknowledgesNothingAndTakesTheRetry) {
  TestBackend backend;
  const Status away(StatusCode::Unavailable, "disk full");
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto second = backend.submit(stepEnded(kRun, kStep) + "{}\n");
  backend.store().failAppends(2, away);
  backend.store().release();
  for (auto* pending : {&first, &second}) {
    const Status status = pending->get().status();
    EXPECT_EQ(status.code(), StatusCode::Unavailable);
    EXPECT_THAT(status.message(), HasSubstr("disk full"));
    EXPECT_EQ(status.retryAfter(), std::chrono::seconds(1));
  }
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).status, 404);
  EXPECT_THAT(backend.get("/v1/rejections").column("rejections", "id"), ElementsAre());
  EXPECT_EQ(backend.pipeline().counters().failedCommits, 2u);
  EXPECT_EQ(describe(backend.send(runStarted(kRun) + stepEnded(kRun, kStep))), "2 accepted, 0 duplicates, rejected");
}

TEST(Ingest, Append_FaultOfTheStore_IsNotTheBatches) {
  // Its tables are gone, or a right was taken from it: the sender keeps the batch until that is put right.
  TestBackend backend;
  backend.store().failAppends(1, Status(StatusCode::InvalidArgument, "relation \"steps\" does not exist"));
  const Status status = backend.send(runStarted(kRun)).status();
  EXPECT_EQ(status.code(), StatusCode::Unavailable);
  EXPECT_THAT(status.message(), HasSubstr("does not exist"));
  EXPECT_EQ(status.retryAfter(), std::chrono::seconds(1));
  EXPECT_EQ(describe(backend.send(runStarted(kRun))), "1 accepted, 0 duplicates, rejected");
}

TEST(Ingest, Append_LookupFails_AcknowledgesNothing) {
  TestBackend backend;
  backend.store().failLookups(1, Status(StatusCode::DeadlineExceeded, "slow"));
  const Status status = backend.send(runStarted(kRun) + stepEnded(kRun, kStep)).status();
  EXPECT_EQ(status.code(), StatusCode::Unavailable);
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).status, 404);
}

TEST(Ingest, Append_StoreChokesOnTheGroup_IsTriedBatchByBatch) {
  TestBackend backend;
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto second = backend.submit(stepEnded(kRun, kStep));
  auto third = backend.submit(stepEnded(kRun, kOtherStep));
  // The first append is alone and fails for good; the group of the other two fails once, then each passes.
  backend.store().failAppends(2, Status(StatusCode::Internal, "bug"));
  backend.store().release();
  EXPECT_EQ(first.get().status().code(), StatusCode::Internal);
  EXPECT_EQ(describe(second.get()), "1 accepted, 0 duplicates, rejected");
  EXPECT_EQ(describe(third.get()), "1 accepted, 0 duplicates, rejected");
}

TEST(Ingest, Submit_NoMemoryToDecode_IsUnavailableAndItsRoomFreeAgain) {
  constexpr std::size_t kBody = std::size_t{1} << 20;
  IngestOptions options;
  options.queueBytes = kBody + kBody / 2;  // one such batch and no second
  TestBackend backend(ValidationMode::Warn, options);
  for (int i = 0; i < 3; ++i) {
    std::string body(kBody, ' ');
    std::promise<Result<Receipt>> promise;
    auto receipt = promise.get_future();
    {
      const AllocationLimit limit(kBody / 4);
      backend.pipeline().submit({std::move(body), BatchFormat::NdJson},
                                [&](Result<Receipt> result) { promise.set_value(std::move(result)); });
    }
    const Status status = receipt.get().status();
    EXPECT_EQ(status.code(), StatusCode::Unavailable);
    EXPECT_EQ(status.retryAfter(), std::chrono::seconds(1));
  }
  EXPECT_EQ(describe(backend.send(runStarted(kRun) + std::string(kBody, ' '))), "1 accepted, 0 duplicates, rejected");
  backend.pipeline().stop(Deadline::max());  // comes back: nothing counts as being decoded
}

TEST(Ingest, Append_Throws_AnswersAllOfTheGroupOnceAndGoesOn) {
  TestBackend backend;
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto second = backend.submit(stepEnded(kRun, kStep));
  auto third = backend.submit(stepEnded(kRun, kOtherStep));
  backend.store().throwAppends(2);
  backend.store().release();
  for (auto* pending : {&first, &second, &third}) {  // a promise that is set twice would throw
    const Status status = pending->get().status();
    EXPECT_EQ(status.code(), StatusCode::Unavailable);
    EXPECT_EQ(status.retryAfter(), std::chrono::seconds(1));
  }
  EXPECT_EQ(describe(backend.send(runStarted(kRun))), "1 accepted, 0 duplicates, rejected");
}

TEST(Ingest, Done_Throws_IsNotCalledAgainAndNeighboursAreAnswered) {
  TestBackend backend;
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  std::atomic<int> calls{0};
  backend.pipeline().submit({stepEnded(kRun, kStep), BatchFormat::NdJson}, [&](const Result<Receipt>&) {
    ++calls;
    throw std::bad_alloc();
  });
  auto neighbour = backend.submit(stepEnded(kRun, kOtherStep));
  backend.store().release();
  EXPECT_TRUE(first.get().ok());
  (void)neighbour.get();
  EXPECT_EQ(describe(backend.send(stepEnded(kRun, kOtherStep))), "0 accepted, 1 duplicates, rejected");
  backend.pipeline().stop(Deadline::max());
  EXPECT_EQ(calls, 1);
}

TEST(Ingest, Stop_WithBatchesWaiting_CommitsThemAndRefusesNewOnes) {
  TestBackend backend;
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto second = backend.submit(stepEnded(kRun, kStep));
  std::thread stopper([&] { backend.pipeline().stop(std::chrono::steady_clock::now() + std::chrono::seconds(30)); });
  Result<Receipt> late = backend.send("\xff");
  while (late.status().code() == StatusCode::InvalidArgument) late = backend.send("\xff");
  EXPECT_EQ(late.status().code(), StatusCode::Unavailable);
  EXPECT_TRUE(late.status().retryAfter().has_value());
  backend.store().release();
  stopper.join();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(second.get().ok());
  EXPECT_EQ(backend.get("/v1/runs/" + kRun).member("step_count"), "1");
}

TEST(Ingest, Stop_AfterItsDeadline_RefusesWhatWaits) {
  TestBackend backend;
  backend.store().hold();
  auto first = backend.submit(runStarted(kRun));
  backend.store().waitForAppends(1);
  auto second = backend.submit(stepEnded(kRun, kStep));
  std::thread stopper([&] { backend.pipeline().stop(std::chrono::steady_clock::now() - std::chrono::seconds(1)); });
  while (backend.send("\xff").status().code() == StatusCode::InvalidArgument) {
  }
  backend.store().release();
  stopper.join();
  EXPECT_TRUE(first.get().ok());  // was in the store's hands already
  EXPECT_EQ(second.get().status().code(), StatusCode::Unavailable);
}

TEST(Ingest, Submit_FromManyThreads_AnswersEachOnceAndStoresAll) {
  TestBackend backend;
  constexpr int kThreads = 4, kBatches = 50;
  std::vector<std::thread> threads;
  std::atomic<int> accepted{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kBatches; ++i) {
        const Result<Receipt> receipt = backend.send(runStarted(newId().toString()) + "{}\n");
        if (receipt.ok() && receipt->accepted == 1 && receipt->rejected.size() == 1) ++accepted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, kThreads * kBatches);
  EXPECT_EQ(backend.get("/v1/runs?page_size=1000").column("runs", "run_id").size(), std::size_t{kThreads * kBatches});
}

}  // namespace
}  // namespace xray::server
