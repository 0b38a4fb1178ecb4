#pragma once
// A store in a temporary folder.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

#include "sqlite_store.h"
#include "support/sample_events.h"
#include "support/store_dump.h"
#include "support/temp_folder.h"

namespace xray::sqlite::test {

using xray::test::append;
using xray::test::kEpoch;
using xray::test::makeId;
using xray::test::readAt;
using xray::test::runEnded;
using xray::test::runId;
using xray::test::runStarted;
using xray::test::stepEnded;
using xray::test::stepId;
using xray::test::TempFolder;

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
