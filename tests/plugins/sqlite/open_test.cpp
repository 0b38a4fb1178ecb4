// Places that cannot be a store, and old, new and foreign files.

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "migrate_database.h"
#include "open_store.h"

namespace xray::sqlite::test {
namespace {

using ::testing::HasSubstr;

Status openAt(const std::filesystem::path& path) {
  SqliteOptions options;
  options.path = path;
  return SqliteStore(options).open();
}

/// What the sqlite3 library alone makes of a file.
void execute(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

TEST(Open, PlacesThatCannotBeUsed_GetOneLineThatSaysWhy) {
  struct Case {
    const char* name;
    std::function<std::filesystem::path(const TempFolder&)> make;
    const char* message;
  };
  const Case cases[] = {
      {"empty", [](const TempFolder&) { return ""; }, "must name a file"},
      {"missing directory", [](const TempFolder& folder) { return folder.path() / "no" / "xray.db"; },
       "cannot be used: No such file or directory"},
      {"file as directory", [](const TempFolder& folder) { return folder.write("file", "x") / "xray.db"; },
       "is not a directory"},
      {"directory", [](const TempFolder& folder) { return folder.path() / "."; }, "must name a file"},
      {"directory by name",
       [](const TempFolder& folder) {
         std::filesystem::create_directory(folder.path() / "xray.db");
         return folder.path() / "xray.db";
       },
       "it is a directory, not a database file"},
      {"read-only file",
       [](const TempFolder& folder) {
         const auto path = folder.write("xray.db", "");
         ::chmod(path.c_str(), 0444);
         return path;
       },
       "the file is read-only"},
      {"read-only directory",
       [](const TempFolder& folder) {
         std::filesystem::create_directory(folder.path() / "locked");
         ::chmod((folder.path() / "locked").c_str(), 0555);
         return folder.path() / "locked" / "xray.db";
       },
       "is read-only; SQLite has to write its log beside the database"},
      {"pipe",
       [](const TempFolder& folder) {
         ::mkfifo((folder.path() / "pipe").c_str(), 0600);
         return folder.path() / "pipe";
       },
       "it is not a regular file"},
      {"text file", [](const TempFolder& folder) { return folder.write("xray.db", std::string(5000, 'x')); },
       "the file is not an SQLite database"},
      {"truncated database", [](const TempFolder& folder) { return folder.write("xray.db", "SQLite format 3"); },
       "the file is not an SQLite database"},
      {"database of another program",
       [](const TempFolder& folder) {
         execute(folder.path() / "xray.db", "CREATE TABLE notes (text)");
         return folder.path() / "xray.db";
       },
       "it is the database of another program, not of X-Ray"},
      {"database with another application's mark",
       [](const TempFolder& folder) {
         execute(folder.path() / "xray.db", "PRAGMA application_id = 77");
         return folder.path() / "xray.db";
       },
       "it is the database of another program, not of X-Ray"},
      {"newer version",
       [](const TempFolder& folder) {
         EXPECT_TRUE(openAt(folder.path() / "xray.db").ok());
         execute(folder.path() / "xray.db", "PRAGMA user_version = 99");
         return folder.path() / "xray.db";
       },
       "its tables have version 99, this program knows versions up to 3; it was made by a newer X-Ray"},
  };
  for (const Case& place : cases) {
    SCOPED_TRACE(place.name);
    const TempFolder folder;
    const Status status = openAt(place.make(folder));
    EXPECT_EQ(status.code(), StatusCode::InvalidArgument) << status.toString();
    EXPECT_THAT(status.message(), HasSubstr(place.message));
    EXPECT_EQ(status.message().find('\n'), std::string::npos);
  }
}

TEST(Open, DamagedDatabase_IsSaidOnce) {
  const TempFolder folder;
  const auto path = folder.path() / "xray.db";
  ASSERT_TRUE(openAt(path).ok());
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100) << std::string(100, '\xff');  // what follows the file's header: the table of tables
  file.close();
  const std::string message = openAt(path).message();
  const std::string says = "database disk image is malformed";
  ASSERT_NE(message.find(says), std::string::npos) << message;
  EXPECT_EQ(message.find(says), message.rfind(says)) << message;
}

TEST(Open, ForeignDatabase_IsLeftAsItWas) {
  const TempFolder folder;
  const auto path = folder.path() / "notes.db";
  execute(path, "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')");
  const auto read = [&] {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = read();
  EXPECT_FALSE(openAt(path).ok());
  EXPECT_EQ(read(), before);
}

TEST_F(OpenStore, NewFile_IsItsOwnersAloneWithTheSettingsItNeeds) {
  for (const char* suffix : {"", "-wal", "-shm", "-lock"}) {
    struct stat info {};
    ASSERT_EQ(::stat((path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << suffix;
  }
  EXPECT_EQ(ask("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(ask("PRAGMA page_size"), "16384");
  EXPECT_EQ(ask("PRAGMA user_version"), "3");
  EXPECT_EQ(ask("PRAGMA application_id"), std::to_string(kApplicationId));
  EXPECT_EQ(ask("PRAGMA foreign_key_check"), "none");
}

TEST_F(OpenStore, Connections_SyncEveryCommitCheckReferencesAndOnlyOneCheckpoints) {
  for (const bool readOnly : {false, true}) {
    auto connection = Connection::open({.path = path(), .readOnly = readOnly, .cacheBytes = 1 << 20});
    ASSERT_TRUE(connection.ok()) << connection.status().toString();
    EXPECT_EQ(*(*connection)->queryInteger("PRAGMA synchronous"), 2);
    EXPECT_EQ(*(*connection)->queryInteger("PRAGMA foreign_keys"), 1);
    EXPECT_EQ(*(*connection)->queryInteger("PRAGMA wal_autocheckpoint"), readOnly ? 0 : 1000);
    EXPECT_EQ(*(*connection)->queryInteger("PRAGMA query_only"), readOnly ? 1 : 0);
    const Status orphan =
        (*connection)
            ->execute(
                "INSERT INTO runs (run_id, has_started, has_ended, has_failed, started_at, last_activity_at, "
                "schema_name, schema_version,"
                " step_count, error_count, violation_count, lost, metadata)"
                " VALUES (x'00112233445566778899AABBCCDDEEFF', 0, 0, 0, 0, 0, 'nobody', 1, 0, 0, 0, '{}', '{}')");
    EXPECT_THAT(orphan.message(), HasSubstr(readOnly ? "readonly" : "FOREIGN KEY constraint failed"));
  }
}

TEST_F(OpenStore, SecondStoreOnTheSameFile_IsRefusedUntilTheFirstCloses) {
  const Status second = openAt(path());
  EXPECT_EQ(second.code(), StatusCode::Unavailable);
  EXPECT_THAT(second.message(), HasSubstr("another X-Ray process has it open"));
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  EXPECT_TRUE(store_->close().ok());
  EXPECT_TRUE(openAt(path()).ok());
}

TEST_F(OpenStore, FileDeletedOrReplaced_IsUnhealthy) {
  EXPECT_TRUE(store_->health().ok());
  std::filesystem::rename(path(), path() + ".moved");
  EXPECT_THAT(store_->health().message(), HasSubstr("the file is gone"));
  std::ofstream(path()) << "x";
  EXPECT_THAT(store_->health().message(), HasSubstr("another file took its place"));
}

TEST(Open, PathsWithSpecialCharacters_AreFileNamesAndNothingElse) {
  for (const char* name : {"a b.db", "a?mode=memory", "a%41.db", "größe#1.db", ":memory:", "it's;\"q\".db"}) {
    const TempFolder folder;
    EXPECT_TRUE(openAt(folder.path() / name).ok()) << name;
    EXPECT_TRUE(std::filesystem::exists(folder.path() / name)) << name;
  }
}

}  // namespace
}  // namespace xray::sqlite::test
