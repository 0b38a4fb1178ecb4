#pragma once
// A store in a temporary folder, and events to give it.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sqlite_store.h"
#include "support/store_dump.h"
#include "support/temp_folder.h"
#include "support/vocabulary.h"

namespace xray::sqlite::test {

using xray::test::kEpoch;
using xray::test::makeId;
using xray::test::readAt;
using xray::test::TempFolder;

inline Id runId(std::uint32_t n) {
  return makeId(1, n);
}
inline Id stepId(std::uint32_t n) {
  return makeId(2, n);
}

inline Event runStarted(std::uint32_t run, std::string_view pipeline = "picker") {
  RunStarted fact;
  fact.runId = runId(run);
  fact.pipeline = pipeline;
  fact.at = kEpoch;
  return {fact, "run.started", 1};
}

inline Event stepEnded(std::uint32_t run, std::uint32_t step, std::string_view name = "rank") {
  StepEvent fact;
  fact.runId = runId(run);
  fact.stepId = stepId(step);
  fact.seq = step;
  fact.name = name;
  fact.stepType = "ranking";
  fact.startedAt = kEpoch + std::chrono::milliseconds(step);
  fact.endedAt = fact.startedAt + std::chrono::milliseconds(5);
  fact.status = StepStatus::Success;
  return {fact, "step.ended", 1};
}

inline Event runEnded(std::uint32_t run, std::int64_t lastSeq) {
  RunEnded fact;
  fact.runId = runId(run);
  fact.at = kEpoch + std::chrono::seconds(10);
  fact.lastSeq = lastSeq;
  return {fact, "run.ended", 1};
}

/// What became of the events, as letters: A accepted, D duplicate, R rejected; or the failure.
inline std::string append(Store& store, const std::vector<Event>& events, Timestamp receivedAt = kEpoch) {
  const Result<AppendOutcome> outcome = store.append({events, {}, receivedAt});
  if (!outcome) return outcome.status().toString();
  std::string letters;
  for (const AppendResult result : outcome->results) letters += "ADR"[static_cast<int>(result)];
  return letters;
}

class OpenStore : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }

  void reopen(SqliteOptions options = {}) {
    store_.reset();
    options.path = path();
    store_ = std::make_unique<SqliteStore>(options);
    const Status status = store_->open();
    ASSERT_TRUE(status.ok()) << status.toString();
  }

  std::string path() const { return (folder_.path() / "xray.db").string(); }

  /// The first column of the first row of a statement on a connection of the test's own, as text.
  std::string ask(const std::string& text) const {
    sqlite3* handle = nullptr;
    sqlite3_open_v2(path().c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(handle, text.c_str(), -1, &statement, nullptr);
    std::string answer = "none";
    if (sqlite3_step(statement) == SQLITE_ROW) {
      const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      answer = value ? value : "null";
    } else if (sqlite3_errcode(handle) != SQLITE_DONE && sqlite3_errcode(handle) != SQLITE_OK) {
      answer = sqlite3_errmsg(handle);
    }
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return answer;
  }

  TempFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace xray::sqlite::test
