// A process that is killed while it appends loses nothing that was acknowledged, and leaves nothing half.

#include "conformance/append_worker.h"
#include "conformance/store_test.h"
#include "support/random.h"
#include "support/store_dump.h"

namespace xray::test {
namespace {

class CrashTest : public StoreTest {
 protected:
  /// A run of the worker is there with all that was in its append.
  void expectWhole(Store& store, std::uint32_t n) {
    const auto run = store.run(runId(n), readAt(at(200)));
    ASSERT_TRUE(run.ok()) << run.status().toString();
    ASSERT_TRUE(run->has_value()) << "acknowledged run " << n << " is gone";
    EXPECT_EQ((*run)->status, RunStatus::Completed);
    EXPECT_EQ((*run)->stepCount, std::int64_t{kWorkerSteps});
    EXPECT_EQ(store.runSteps(runId(n), readAt(at(200)))->size(), std::size_t{kWorkerSteps});
  }
};

TEST_P(CrashTest, KilledWhileAppending_WhatWasAcknowledgedIsThere_AndEveryAppendIsWholeOrNotAtAll) {
  XRAY_NEEDS_DURABLE_STORE();
  Random random("Killed");
  constexpr int kRounds = 5;
  EXPECT_TRUE(newStore().close().ok());
  std::uint32_t first = 0;
  std::size_t acknowledged = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    AppendWorker worker(GetParam(), {place().dir, place().unique, first});
    ASSERT_TRUE(worker.killAfter(1 + random.below(40))) << "the worker failed by itself";
    Store& store = openAgain();
    ASSERT_TRUE(store.health().ok());
    std::uint32_t last = first;
    for (const auto& [thread, highest] : worker.acknowledged()) {
      for (std::uint32_t n = first; n <= highest; ++n) expectWhole(store, workerRun(thread, n));
      if (HasFailure()) return;
      acknowledged += highest - first + 1;
      last = std::max(last, highest);
    }
    // What each thread was about to append may be there too, but not in part.
    const auto runs = allRuns(store, pageOf(1000), readAt(at(200)));
    ASSERT_TRUE(runs.ok()) << runs.status().toString();
    for (const xray::Run& run : *runs) ASSERT_EQ(run.stepCount, std::int64_t{kWorkerSteps});
    EXPECT_GE(runs->size(), acknowledged);
    EXPECT_LE(runs->size(), acknowledged + static_cast<std::size_t>(round + 1) * kWorkerThreads);
    first = last + 2;
    ASSERT_TRUE(store.close().ok());
  }
}

XRAY_STORE_SUITE(CrashTest);

}  // namespace
}  // namespace xray::test
