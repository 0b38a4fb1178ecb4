// Writers that repeat each other's events while readers read.

#include <atomic>
#include <thread>

#include "conformance/store_test.h"
#include "support/history.h"
#include "support/store_dump.h"
#include "xray/memory_store.h"

namespace xray::test {
namespace {

using ConcurrencyTest = StoreTest;

constexpr int kWriters = 8;
constexpr auto kPatience = std::chrono::minutes(2);

/// Appends until the store takes it: Unavailable means that nothing was stored and that the call may be repeated.
AppendOutcome appendPatiently(Store& store, const std::vector<std::string>& lines, Timestamp receivedAt) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    auto outcome = appendLines(store, lines, receivedAt);
    if (outcome) return std::move(*outcome);
    if (!outcome.status().retryable() || std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << outcome.status().toString();
      return {};
    }
  }
}

TEST_P(ConcurrencyTest, OverlappingWriters_EachEventIsAcceptedOnce) {
  Random random("OverlappingWriters");
  Store& store = newStore();
  const std::vector<std::string> lines = randomHistory(random, {.runs = 12, .maxSteps = 8});
  std::vector<std::vector<std::vector<std::string>>> deliveries;
  std::size_t sent = 0;
  for (int writer = 0; writer < kWriters; ++writer) {
    deliveries.push_back(randomDelivery(random, lines));
    for (const auto& batch : deliveries.back()) sent += batch.size();
  }
  std::atomic<std::size_t> accepted = 0;
  std::atomic<std::size_t> duplicates = 0;
  std::vector<std::thread> writers;
  for (const auto& delivery : deliveries) {
    writers.emplace_back([&] {
      for (const auto& batch : delivery) {
        const AppendOutcome outcome = appendPatiently(store, batch, at(100));
        accepted += count(outcome, AppendResult::Accepted);
        duplicates += count(outcome, AppendResult::Duplicate);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(accepted, lines.size());
  EXPECT_EQ(accepted + duplicates, sent);
  const auto reference = makeMemoryStore();
  ASSERT_TRUE(reference->open().ok());
  ASSERT_TRUE(appendLines(*reference, lines, at(100)).ok());
  EXPECT_EQ(dumpStore(store, readAt(at(200))), dumpStore(*reference, readAt(at(200))));
}

TEST_P(ConcurrencyTest, Readers_NeverSeeHalfAnAppend) {
  constexpr std::uint32_t kSteps = 5;
  constexpr std::uint32_t kRunsPerWriter = 12;
  Store& store = newStore();
  std::atomic<int> working = kWriters;
  std::vector<std::thread> threads;
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (std::uint32_t n = 0; n < kRunsPerWriter; ++n) {
        appendPatiently(store, wholeRun(writer * kRunsPerWriter + n, kSteps), at(100));
      }
      --working;
    });
  }
  std::atomic<std::size_t> reads = 0;
  for (int reader = 0; reader < 3; ++reader) {
    threads.emplace_back([&] {
      do {
        const auto page = store.runs(pageOf(1000), readAt(at(200)));
        ASSERT_TRUE(page.ok()) << page.status().toString();
        for (const xray::Run& run : page->rows) {
          ASSERT_EQ(run.stepCount, std::int64_t{kSteps});
          ASSERT_EQ(run.errorCount, std::int64_t{kSteps});
          ASSERT_EQ(run.status, RunStatus::Completed);
        }
        if (page->rows.empty()) continue;
        ASSERT_EQ(store.runSteps(page->rows.front().runId, readAt(at(200)))->size(), std::size_t{kSteps});
        ++reads;
      } while (working > 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(reads, 3u);
  EXPECT_EQ(store.runs(pageOf(1000), readAt(at(200)))->rows.size(), std::size_t{kWriters * kRunsPerWriter});
}

TEST_P(ConcurrencyTest, SameRejectionsFromEveryWriter_AreKeptOnce) {
  Store& store = newStore();
  std::vector<std::string> raws;
  for (int i = 0; i < 50; ++i) raws.push_back("bad " + std::to_string(i));
  std::vector<Rejection> rejections;
  for (const std::string& raw : raws) rejections.push_back({RejectCode::InvalidEvent, "d", raw});
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&] {
      const auto end = std::chrono::steady_clock::now() + kPatience;
      Status status;
      do status = store.append({{}, rejections, at(100)}).status();
      while (status.retryable() && std::chrono::steady_clock::now() < end);
      EXPECT_TRUE(status.ok()) << status.toString();
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(store.rejections(1000, std::nullopt, readAt(at(200)))->rows.size(), raws.size());
}

XRAY_STORE_SUITE(ConcurrencyTest);

}  // namespace
}  // namespace xray::test
