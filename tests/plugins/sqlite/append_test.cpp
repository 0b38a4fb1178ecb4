// What the contract says of append and only SQLite can be made to show: refused rows, full disks, locks.

#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "open_store.h"

namespace xray::sqlite::test {
namespace {

using Append = OpenStore;

TEST_F(Append, OneRefusedStep_KeepsItsNeighboursAndItsBytes) {
  const std::string tooLong(201, 'n');
  std::vector<Event> events = {runStarted(1), stepEnded(1, 1), stepEnded(1, 2, tooLong), stepEnded(1, 3),
                               runEnded(1, 3)};
  events[2].raw = "the poison";

  const Result<AppendOutcome> outcome = store_->append({events, {}, kEpoch});
  ASSERT_TRUE(outcome.ok()) << outcome.status().toString();
  EXPECT_EQ(outcome->results, (std::vector{AppendResult::Accepted, AppendResult::Accepted, AppendResult::Rejected,
                                           AppendResult::Accepted, AppendResult::Accepted}));
  ASSERT_EQ(outcome->refused.size(), 1u);
  EXPECT_EQ(outcome->refused[0].index, 2u);
  EXPECT_EQ(outcome->refused[0].code, RejectCode::StoreRefused);
  EXPECT_THAT(outcome->refused[0].detail, ::testing::HasSubstr("CHECK constraint failed"));

  const auto run = store_->run(runId(1), readAt(kEpoch));
  ASSERT_TRUE(run.ok() && run->has_value());
  EXPECT_EQ((*run)->stepCount, 2);
  EXPECT_EQ((*run)->missingSteps, 2);  // 0 never came, 2 was refused
  EXPECT_EQ((*run)->status, RunStatus::Completed);
  const auto rejections = store_->rejections(10, std::nullopt, readAt(kEpoch));
  ASSERT_EQ(rejections->rows.size(), 1u);
  EXPECT_EQ(rejections->rows[0].raw, "the poison");
  EXPECT_EQ(rejections->rows[0].code, RejectCode::StoreRefused);
}

TEST_F(Append, StepThatEndsWithAnotherSeqThanItStarted_CountsWithTheLatter) {
  Event started = stepEnded(1, 1);
  auto& fact = std::get<StepEvent>(started.fact);
  fact.endedAt.reset();
  fact.status = StepStatus::Running;
  fact.seq = 5;
  Event sameSeq = stepEnded(1, 2);
  std::get<StepEvent>(sameSeq.fact).seq = 1;
  EXPECT_EQ(append(*store_, {runStarted(1), started, stepEnded(1, 1), sameSeq, runEnded(1, 2)}), "AAAAA");
  const auto run = store_->run(runId(1), readAt(kEpoch));
  ASSERT_TRUE(run.ok() && run->has_value());
  EXPECT_EQ((*run)->missingSteps, 2);  // of 0, 1, 2 only 1 is there
}

TEST_F(Append, RefusedRunStarted_LeavesNoRunButKeepsItsSteps) {
  const std::string tooLong(201, 'p');
  EXPECT_EQ(append(*store_, {runStarted(1, tooLong)}), "R");
  EXPECT_FALSE(store_->run(runId(1), readAt(kEpoch))->has_value());

  EXPECT_EQ(append(*store_, {stepEnded(2, 1), runStarted(2, tooLong), stepEnded(2, 2)}), "ARA");
  const auto run = store_->run(runId(2), readAt(kEpoch));
  ASSERT_TRUE(run->has_value());
  EXPECT_EQ((*run)->pipeline, std::nullopt);
  EXPECT_EQ((*run)->stepCount, 2);
}

TEST_F(Append, RefusedStepAlone_LeavesNoRun) {
  EXPECT_EQ(append(*store_, {stepEnded(1, 1, "")}), "R");
  EXPECT_EQ(ask("SELECT (SELECT COUNT(*) FROM runs) || '/' || (SELECT COUNT(*) FROM steps)"), "0/0");
}

TEST_F(Append, SchemaNamedBeforeItIsRegistered_IsNotListedUntilItIs) {
  Event started = runStarted(1);
  std::get<RunStarted>(started.fact).schema = SchemaRefView{"selection", 3};
  EXPECT_EQ(append(*store_, {started}), "A");
  EXPECT_TRUE(store_->schemas("", readAt(kEpoch))->empty());
  EXPECT_FALSE(store_->schema({"selection", 3}, readAt(kEpoch))->has_value());
  EXPECT_EQ(store_->runSchemas(std::vector{runId(1)})->at(0).schema, (SchemaRef{"selection", 3}));

  const Event schema{SchemaRegistered{"selection", 3, "{}"}, "", 1};
  EXPECT_EQ(append(*store_, {schema, schema}, kEpoch + std::chrono::seconds(1)), "AD");
  const auto found = store_->schema({"selection", 3}, readAt(kEpoch));
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->runCount, 1);
  EXPECT_EQ((*found)->registeredAt, kEpoch + std::chrono::seconds(1));
}

/// No file of this process may grow beyond a size while it lives, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t largestFile) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{largestFile, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(Append, FullDisk_StoresNothingAndRecovers) {
  EXPECT_EQ(append(*store_, {runStarted(1), stepEnded(1, 1)}), "AA");
  const std::string payload = R"({"text":")" + std::string(1 << 20, 'x') + "\"}";
  Event big = stepEnded(1, 2);
  std::get<StepEvent>(big.fact).inputData = payload;
  const std::string before = xray::test::dumpStore(*store_, readAt(kEpoch));
  {
    const FullDisk full(std::filesystem::file_size(path() + "-wal") + 100'000);
    EXPECT_THAT(append(*store_, {stepEnded(1, 3), big, runEnded(1, 3)}), ::testing::StartsWith("Unavailable: sqlite"));
    EXPECT_EQ(xray::test::dumpStore(*store_, readAt(kEpoch)), before);
  }
  EXPECT_TRUE(store_->health().ok());  // tries a small write by itself
  EXPECT_EQ(append(*store_, {stepEnded(1, 3), big, runEnded(1, 3)}), "AAA");
  EXPECT_EQ(ask("PRAGMA integrity_check"), "ok");
}

TEST_F(Append, DatabaseLockedByAnotherProgram_IsUnavailableAndStoresNothing) {
  reopen({.busyTimeout = std::chrono::milliseconds(1)});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THAT(append(*store_, {runStarted(1)}), ::testing::HasSubstr("Unavailable: sqlite"));
  EXPECT_FALSE(store_->health().ok());
  EXPECT_FALSE(store_->run(runId(1), readAt(kEpoch))->has_value());
  sqlite3_close(other);
  EXPECT_TRUE(store_->health().ok());
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
}

TEST_F(Append, FromManyThreads_EachEventIsStoredOnce) {
  constexpr int kThreads = 6;
  constexpr std::uint32_t kBatches = 20;
  std::atomic<int> accepted = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (std::uint32_t n = 0; n < kBatches; ++n) {
          for (const char letter : append(*store_, {runStarted(n % 3), stepEnded(n % 3, n)})) accepted += letter == 'A';
          if (!store_->runs({}, readAt(kEpoch)).ok()) ADD_FAILURE() << "a read failed beside appends";
        }
      });
    }
  }
  EXPECT_EQ(accepted, static_cast<int>(kBatches) + 3);
  EXPECT_EQ(ask("SELECT SUM(step_count) FROM runs"), std::to_string(kBatches));
}

TEST_F(Append, AfterClose_IsClosed) {
  EXPECT_TRUE(store_->close().ok());
  EXPECT_TRUE(store_->close().ok());
  EXPECT_THAT(append(*store_, {runStarted(1)}), ::testing::StartsWith("Closed"));
  EXPECT_EQ(store_->health().code(), StatusCode::Closed);
  EXPECT_EQ(store_->runs({}, readAt(kEpoch)).status().code(), StatusCode::Closed);
  EXPECT_EQ(store_->keepIndex({Field::Reasoning, "x"}).code(), StatusCode::Closed);
}

}  // namespace
}  // namespace xray::sqlite::test
