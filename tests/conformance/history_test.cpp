// Random histories: every store answers every read as the memory store does, and the order of events does not matter.

#include "support/history.h"
#include "conformance/store_test.h"
#include "support/store_dump.h"
#include "support/vocabulary.h"
#include "xray/memory_store.h"

namespace xray::test {
namespace {

using HistoryTest = StoreTest;

std::unique_ptr<Store> newReference() {
  auto store = makeMemoryStore();
  EXPECT_TRUE(store->open().ok());
  return store;
}

/// Compares all reads at several times: while runs may still run, after short timeouts, after all.
void expectSameAnswers(Store& store, Store& reference) {
  for (const std::int64_t now : {100, 130, 1000, 100'000}) {
    const ReadContext context = readAt(at(now), std::chrono::minutes(5));
    ASSERT_EQ(dumpStore(store, context), dumpStore(reference, context));
  }
}

TEST_P(HistoryTest, RandomHistories_AreAnsweredAsByTheMemoryStore) {
  Random random("RandomHistories");
  for (int round = 0; round < 8; ++round) {
    SCOPED_TRACE(round);
    Store& store = newStore();
    const auto reference = newReference();
    const std::vector<std::string> lines = randomHistory(random);
    std::size_t accepted = 0;
    std::int64_t now = 100;
    for (const auto& batch : randomDelivery(random, lines)) {
      const auto outcome = appendLines(store, batch, at(++now));
      ASSERT_TRUE(outcome.ok()) << outcome.status().toString();
      EXPECT_EQ(outcome->results, appendLines(*reference, batch, at(now))->results);
      accepted += count(*outcome, AppendResult::Accepted);
      EXPECT_EQ(count(*outcome, AppendResult::Accepted) + count(*outcome, AppendResult::Duplicate), batch.size());
    }
    EXPECT_EQ(accepted, lines.size()) << "every distinct event is accepted once";
    expectSameAnswers(store, *reference);
    if (HasFailure()) return;
  }
}

TEST_P(HistoryTest, AnyOrderAndSplit_GivesTheSameState) {
  Random random("AnyOrder");
  for (int round = 0; round < 4; ++round) {
    SCOPED_TRACE(round);
    const std::vector<std::string> lines = randomHistory(random);
    const auto reference = newReference();
    ASSERT_EQ(count(*appendLines(*reference, lines, at(100)), AppendResult::Accepted), lines.size());
    for (int order = 0; order < 3; ++order) {
      Store& store = newStore();
      for (const auto& batch : randomDelivery(random, lines)) ASSERT_TRUE(appendLines(store, batch, at(100)).ok());
      expectSameAnswers(store, *reference);
      if (HasFailure()) return;
    }
  }
}

TEST_P(HistoryTest, ContradictingHistories_FirstContentWinsAsInTheMemoryStore) {
  Random random("Contradicting");
  for (int round = 0; round < 4; ++round) {
    SCOPED_TRACE(round);
    Store& store = newStore();
    const auto reference = newReference();
    std::vector<std::string> lines = randomHistory(random);
    const std::vector<std::string> other = randomHistory(random);
    lines.insert(lines.end(), other.begin(), other.end());
    std::int64_t now = 100;
    for (const auto& batch : randomDelivery(random, lines)) {
      const auto outcome = appendLines(store, batch, at(++now));
      ASSERT_TRUE(outcome.ok()) << outcome.status().toString();
      EXPECT_EQ(outcome->results, appendLines(*reference, batch, at(now))->results);
    }
    expectSameAnswers(store, *reference);
    if (HasFailure()) return;
  }
}

TEST_P(HistoryTest, Reopened_DurableStore_HasEverything) {
  XRAY_NEEDS_DURABLE_STORE();
  Random random("Reopened");
  Store& store = newStore();
  const std::vector<std::string> lines = randomHistory(random);
  for (const auto& batch : randomDelivery(random, lines)) ASSERT_TRUE(appendLines(store, batch, at(100)).ok());
  const std::string before = dumpStore(store, readAt(at(200)));
  Store& again = reopened();
  EXPECT_EQ(dumpStore(again, readAt(at(200))), before);
  const auto outcome = appendLines(again, lines, at(300));
  EXPECT_EQ(count(*outcome, AppendResult::Duplicate), lines.size());
  EXPECT_EQ(dumpStore(again, readAt(at(200))), before);
}

XRAY_STORE_SUITE(HistoryTest);

}  // namespace
}  // namespace xray::test
