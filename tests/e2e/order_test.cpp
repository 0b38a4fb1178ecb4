// What is stored does not depend on the order in which batches come, or on how often.

#include <sqlite3.h>

#include <functional>
#include <map>
#include <set>

#include "e2e/backend.h"
#include "e2e/capture_server.h"
#include "e2e/recordings.h"
#include "support/random.h"

namespace e2e {
namespace {

using Rows = std::multiset<std::string>;
using RowConsumer = std::function<void(sqlite3_stmt*)>;

void query(sqlite3* database, const std::string& sql, const RowConsumer& consume) {
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
  while (sqlite3_step(statement) == SQLITE_ROW) consume(statement);
  sqlite3_finalize(statement);
}

/// Every row of every table, without the backend's clock and without schema_checked, the one thing that may depend on
/// the order.
std::map<std::string, Rows> contentOf(const std::filesystem::path& file) {
  std::map<std::string, Rows> content;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  std::vector<std::string> tables;
  query(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        [&](sqlite3_stmt* row) { tables.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(row, 0))); });
  for (const auto& table : tables) {
    query(database, "SELECT * FROM \"" + table + "\"", [&](sqlite3_stmt* row) {
      std::string text;
      for (int i = 0; i < sqlite3_column_count(row); ++i) {
        const std::string column = sqlite3_column_name(row, i);
        if (column == "last_activity_at" || column == "registered_at" || column == "received_at" ||
            column == "schema_checked")
          continue;
        const void* bytes = sqlite3_column_blob(row, i);
        text += column + "=";
        if (bytes) text.append(static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(row, i)));
        text += '\x1f';
      }
      content[table].insert(std::move(text));
    });
  }
  sqlite3_close(database);
  return content;
}

std::vector<std::string> recordedBatches(const xray::test::TempFolder& folder) {
  CaptureServer capture;
  const auto config =
      writeSdkConfig(folder.path() / "capture.yaml", "url: \"" + capture.url() + "\", compression: none",
                     "batch: {max_bytes: 64KiB}\nqueue: {when_full: block}\n");
  ChildProcess replay({program("xray-replay"), recordingsFolder().string(), "--config", config.string()},
                      folder.path() / "replay.log");
  EXPECT_EQ(replay.wait(), 0) << replay.output();
  return capture.batches();
}

TEST(Order, EveryBatchTwiceAndShuffled_GivesTheSameDatabase) {
  SKIP_WITHOUT_RECORDINGS();
  const xray::test::TempFolder folder;
  const auto batches = recordedBatches(folder);
  ASSERT_GT(batches.size(), 50u) << "too few to shuffle";

  Backend once(folder.path() / "once");
  for (const auto& batch : batches) {
    EXPECT_EQ(once.send(batch)->getValue<int>("duplicates"), 0);
  }
  Backend stirred(folder.path() / "stirred");
  auto twice = batches;
  twice.insert(twice.end(), batches.begin(), batches.end());
  xray::test::Random random("order of the batches");
  random.shuffle(twice);
  for (const auto& batch : twice) stirred.send(batch);

  ASSERT_EQ(once.stop(), 0) << once.log();
  ASSERT_EQ(stirred.stop(), 0) << stirred.log();
  const auto expected = contentOf(once.database());
  const auto actual = contentOf(stirred.database());
  ASSERT_EQ(expected.at("runs").size(), 231u);
  ASSERT_GT(expected.at("steps").size(), 3000u);
  for (const auto& [table, rows] : expected) {
    EXPECT_TRUE(actual.contains(table) && actual.at(table) == rows) << table << " differs";
  }
  EXPECT_EQ(actual.size(), expected.size());
}

}  // namespace
}  // namespace e2e
