#include "xray/sql/migrations.h"

#include <string>

namespace xray::sql::test {
namespace {

using ::testing::ElementsAre;

/// A database that only remembers what was asked of it.
class RecordingTarget final : public MigrationTarget {
 public:
  Status begin() override { return calls.push_back("begin"), beginStatus; }
  Result<int> version() override { return stored; }
  Status apply(const Migration& migration) override {
    calls.push_back("apply " + std::string(migration.sql));
    return migration.name == failing ? Status(StatusCode::Internal, "syntax error") : Status();
  }
  Status setVersion(int version) override { return calls.push_back("version " + std::to_string(version)), Status(); }
  Status commit() override { return calls.push_back("commit"), Status(); }
  void rollback() override { calls.push_back("rollback"); }

  int stored = 0;
  std::string failing;
  Status beginStatus;
  std::vector<std::string> calls;
};

constexpr Migration kMigrations[] = {{1, "0001_initial", "one"}, {2, "0002_more", "two"}, {3, "0003_last", "three"}};

TEST(Migrate, EmptyDatabase_GetsAllInOneTransaction) {
  RecordingTarget target;
  EXPECT_TRUE(migrate(target, kMigrations).ok());
  EXPECT_THAT(target.calls, ElementsAre("begin", "apply one", "apply two", "apply three", "version 3", "commit"));
}

TEST(Migrate, OlderDatabase_GetsWhatIsMissing) {
  RecordingTarget target;
  target.stored = 2;
  EXPECT_TRUE(migrate(target, kMigrations).ok());
  EXPECT_THAT(target.calls, ElementsAre("begin", "apply three", "version 3", "commit"));
}

TEST(Migrate, CurrentDatabase_IsLeftAlone) {
  RecordingTarget target;
  target.stored = 3;
  EXPECT_TRUE(migrate(target, kMigrations).ok());
  EXPECT_THAT(target.calls, ElementsAre("begin", "commit"));
}

TEST(Migrate, NewerDatabase_IsRefusedAndLeftAlone) {
  RecordingTarget target;
  target.stored = 4;
  const Status status = migrate(target, kMigrations);
  EXPECT_EQ(status.code(), StatusCode::InvalidArgument);
  EXPECT_EQ(status.message(),
            "its tables have version 4, this program knows versions up to 3; it was made by a newer X-Ray");
  EXPECT_THAT(target.calls, ElementsAre("begin", "rollback"));
}

TEST(Migrate, FailingMigration_IsNamedAndRollsAllBack) {
  RecordingTarget target;
  target.failing = "0002_more";
  const Status status = migrate(target, kMigrations);
  EXPECT_EQ(status.toString(), "Internal: migration 0002_more: syntax error");
  EXPECT_THAT(target.calls, ElementsAre("begin", "apply one", "apply two", "rollback"));
}

TEST(Migrate, LockedDatabase_IsNotTouched) {
  RecordingTarget target;
  target.beginStatus = Status(StatusCode::Unavailable, "locked");
  EXPECT_EQ(migrate(target, kMigrations).code(), StatusCode::Unavailable);
  EXPECT_THAT(target.calls, ElementsAre("begin"));
}

}  // namespace
}  // namespace xray::sql::test
