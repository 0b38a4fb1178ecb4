#include "migrate_database.h"

#include <string>

#include "migrations.h"

namespace xray::sqlite {
namespace {

class FileTarget final : public sql::MigrationTarget {
 public:
  explicit FileTarget(Connection& connection) : connection_(connection) {}

  Status begin() override { return connection_.execute("BEGIN IMMEDIATE"); }

  Result<int> version() override {
    const Result<std::int64_t> version = connection_.queryInteger("PRAGMA user_version");
    if (!version) return version.status();
    return static_cast<int>(*version);
  }

  Status apply(const sql::Migration& migration) override { return connection_.execute(std::string(migration.sql)); }

  Status setVersion(int version) override {
    return connection_.execute("PRAGMA application_id = " + std::to_string(kApplicationId) +
                               "; PRAGMA user_version = " + std::to_string(version));
  }

  Status commit() override { return connection_.execute("COMMIT"); }

  void rollback() override {
    if (!sqlite3_get_autocommit(connection_.handle())) (void)connection_.execute("ROLLBACK");
  }

 private:
  Connection& connection_;
};

/// Whose file it is: ours, or an empty one.
Status checkOwner(Connection& connection) {
  const Result<std::int64_t> application = connection.queryInteger("PRAGMA application_id");
  if (!application) return application.status();
  if (*application == kApplicationId) return {};
  const Result<std::int64_t> tables = connection.queryInteger("SELECT COUNT(*) FROM sqlite_master");
  if (!tables) return tables.status();
  if (*application == 0 && *tables == 0) return {};
  return {StatusCode::InvalidArgument, connection.place() + ": it is the database of another program, not of X-Ray"};
}

/// Pages of 16 KiB keep most payloads out of overflow chains; the size only has an effect on an empty file.
/// journal_size_limit gives the disk space back that a log took while a long query kept it from being reused.
Status setUpFile(Connection& connection) {
  Status status = connection.execute("PRAGMA page_size = 16384; PRAGMA journal_size_limit = 67108864");
  if (!status.ok()) return status;
  Result<PreparedStatement> mode = connection.prepareKept("PRAGMA journal_mode = WAL");
  if (!mode) return mode.status();
  if (const int code = mode->step(); code != SQLITE_ROW) return connection.error(code);
  if (mode->text(0) == "wal") return {};
  return {StatusCode::InvalidArgument,
          connection.place() +
              ": its file system cannot share memory between connections, which the write-ahead log needs"};
}

}  // namespace

Status checkDatabase(Connection& connection) {
  if (Status status = checkOwner(connection); !status.ok()) return status;
  const Result<std::int64_t> version = connection.queryInteger("PRAGMA user_version");
  if (!version) return version.status();
  const auto known = static_cast<std::int64_t>(migrations().size());
  if (*version == known) return {};
  return {StatusCode::InvalidArgument,
          connection.place() + ": its tables have version " + std::to_string(*version) +
              ", this program reads version " + std::to_string(known) +
              (*version < known ? "; opening it for writing, as `xray serve` does, brings it up to date"
                                : "; it was made by a newer X-Ray")};
}

Status migrateDatabase(Connection& connection) {
  if (Status status = checkOwner(connection); !status.ok()) return status;
  Status status = setUpFile(connection);
  if (!status.ok()) return status;
  FileTarget target(connection);
  status = sql::migrate(target, migrations());
  if (status.ok() || status.code() == StatusCode::Unavailable) return status;
  return {status.code(), connection.place() + ": " + status.message()};
}

}  // namespace xray::sqlite
