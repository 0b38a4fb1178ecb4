// A store opened for reading alone: beside one that writes, and where nobody does.

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "open_store.h"

namespace xray::sqlite::test {
namespace {

using testing::HasSubstr;

SqliteOptions forReading(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  options.access = StoreAccess::ReadOnly;
  return options;
}

std::size_t runsIn(Store& store) {
  PageQuery query;
  query.pageSize = 1000;
  const Result<Page<Run>> page = store.runs(query, readAt(kEpoch));
  EXPECT_TRUE(page.ok()) << page.status().toString();
  return page.ok() ? page->rows.size() : 0;
}

using ReadOnlyStore = OpenStore;

TEST_F(ReadOnlyStore, BesideTheOneThatWrites_SeesWhatIsCommitted) {
  ASSERT_EQ(append(*store_, {runStarted(1)}), "A");
  SqliteStore reader(forReading(path()));
  ASSERT_TRUE(reader.open().ok());
  EXPECT_EQ(runsIn(reader), 1u);
  ASSERT_EQ(append(*store_, {runStarted(2), stepEnded(2, 1)}), "AA");
  EXPECT_EQ(runsIn(reader), 2u);
  EXPECT_EQ(reader.runSteps(runId(2), readAt(kEpoch))->size(), 1u);
  EXPECT_TRUE(reader.health().ok());
  ASSERT_TRUE(reader.close().ok());
  EXPECT_EQ(append(*store_, {runStarted(3)}), "A");
  EXPECT_TRUE(store_->health().ok());
}

TEST_F(ReadOnlyStore, Writing_IsNotSupported) {
  SqliteStore reader(forReading(path()));
  ASSERT_TRUE(reader.open().ok());
  EXPECT_THAT(append(reader, {runStarted(1)}), HasSubstr("NotSupported: the sqlite store was opened for reading"));
  EXPECT_EQ(reader.keepIndex({Field::Reasoning, "k"}).code(), StatusCode::NotSupported);
  EXPECT_EQ(runsIn(reader), 0u);
}

TEST_F(ReadOnlyStore, Reader_KeepsNobodyFromWriting) {
  ASSERT_TRUE(store_->close().ok());
  SqliteStore reader(forReading(path()));
  ASSERT_TRUE(reader.open().ok());
  reopen();
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  EXPECT_EQ(runsIn(reader), 1u);
}

TEST_F(ReadOnlyStore, WhatAKilledWriterLeftInItsLog_IsRead) {
  ASSERT_TRUE(store_->close().ok());
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    SqliteOptions options;
    options.path = path();
    SqliteStore writer(options);
    ::_exit(writer.open().ok() && append(writer, {runStarted(1)}) == "A" ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto logBytes = std::filesystem::file_size(path() + "-wal");
  ASSERT_GT(logBytes, 0u);
  {
    SqliteStore reader(forReading(path()));
    ASSERT_TRUE(reader.open().ok());
    EXPECT_EQ(runsIn(reader), 1u);
  }
  EXPECT_EQ(std::filesystem::file_size(path() + "-wal"), logBytes) << "a reader does not checkpoint";
  reopen();
  EXPECT_EQ(runsIn(*store_), 1u);
}

TEST_F(ReadOnlyStore, FileOfAnotherVersion_IsRefusedAndStaysAsItIs) {
  ASSERT_TRUE(store_->close().ok());
  ask("PRAGMA user_version = 99");
  EXPECT_THAT(SqliteStore(forReading(path())).open().message(), HasSubstr("made by a newer X-Ray"));
  ask("PRAGMA user_version = 0");
  const Status old = SqliteStore(forReading(path())).open();
  EXPECT_EQ(old.code(), StatusCode::InvalidArgument);
  EXPECT_THAT(old.message(), HasSubstr("its tables have version 0"));
  EXPECT_EQ(ask("PRAGMA user_version"), "0");
}

TEST(ReadOnlyOpen, PlaceWithoutADatabase_IsRefusedAndStaysEmpty) {
  const TempFolder folder;
  const std::string path = (folder.path() / "xray.db").string();
  const Status missing = SqliteStore(forReading(path)).open();
  EXPECT_EQ(missing.code(), StatusCode::InvalidArgument);
  EXPECT_THAT(missing.message(), HasSubstr("there is no such file, and none is made for reading"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_THAT(SqliteStore(forReading(folder.path().string())).open().message(), HasSubstr("it is a directory"));
  folder.write("text.db", "no database at all, but long enough to be looked at as one by whoever opens it...........");
  EXPECT_THAT(SqliteStore(forReading((folder.path() / "text.db").string())).open().message(),
              HasSubstr("not an SQLite database"));
}

}  // namespace
}  // namespace xray::sqlite::test
