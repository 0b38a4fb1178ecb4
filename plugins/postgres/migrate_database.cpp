#include "migrate_database.h"

#include <string>

#include "migrations.h"
#include "xray/text.h"

namespace xray::postgres {
namespace {

constexpr std::chrono::seconds kLockTime{60};
constexpr std::chrono::minutes kMigrationTime{60};
constexpr std::int64_t kLockSpace = 0x58526179;  // "XRay", so that other programs' advisory locks are not ours

/// The schema as the runner of migrations sees it.
class SchemaTarget final : public sql::MigrationTarget {
 public:
  SchemaTarget(Connection& connection, std::string schema) : connection_(connection), schema_(std::move(schema)) {}

  Status begin() override {
    Status status = connection_.execute("BEGIN", soon());
    if (!status.ok()) return status;
    const Result<std::int64_t> locked =
        ask("SELECT 1 FROM (SELECT pg_advisory_xact_lock($2::bigint::integer, hashtext($1::text))) AS taken",
            {schema_, kLockSpace});
    if (!locked) {
      rollback();
      return locked.status();
    }
    return {};
  }

  Result<int> version() override {
    const Result<std::int64_t> there = ask("SELECT count(*) FROM pg_namespace WHERE nspname = $1::text", {schema_});
    if (!there) return there.status();
    if (*there == 0) return 0;
    const Result<std::int64_t> table =
        ask("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = $1::text AND c.relname = 'migrations'",
            {schema_});
    if (!table) return table.status();
    schemaThere_ = true;
    tableThere_ = *table > 0;
    if (!tableThere_) return 0;
    const Result<std::int64_t> newest =
        ask("SELECT COALESCE(max(number), 0)::bigint FROM \"" + schema_ + "\".migrations", {});
    if (!newest) return newest.status();
    return static_cast<int>(*newest);
  }

  Status apply(const sql::Migration& migration) override {
    // CREATE … IF NOT EXISTS asks for the right to create even where there is nothing to do.
    if (!schemaThere_) {
      if (Status status = connection_.execute("CREATE SCHEMA \"" + schema_ + "\"", soon()); !status.ok()) return status;
      schemaThere_ = true;
    }
    if (!tableThere_) {
      Status status = connection_.execute(
          "CREATE TABLE migrations (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL "
          "DEFAULT now())",
          soon());
      if (!status.ok()) return status;
      tableThere_ = true;
    }
    if (Status status = connection_.execute(std::string(migration.sql), soon()); !status.ok()) return status;
    return ask("INSERT INTO migrations (number, name) VALUES ($1::bigint, $2::text) RETURNING number::bigint",
               {std::int64_t{migration.number}, std::string(migration.name)})
        .status();
  }

  Status setVersion(int) override { return {}; }  // each migration has noted itself
  Status commit() override { return connection_.execute("COMMIT", soon()); }
  void rollback() override { (void)connection_.execute("ROLLBACK", soon()); }

 private:
  static Deadline soon() { return std::chrono::steady_clock::now() + kMigrationTime; }

  Result<std::int64_t> ask(const std::string& text, std::vector<sql::Value> values) {
    const sql::Statement statement{text, std::move(values)};
    std::vector<Call> calls;
    calls.push_back(callOf(statement));
    const Result<std::vector<Answer>> answers = connection_.run(std::move(calls), soon());
    if (!answers) return answers.status();
    return answers->front().rows() == 0 ? 0 : AnswerRow(answers->front(), 0).integer(0);
  }

  Connection& connection_;
  std::string schema_;
  bool schemaThere_ = false;
  bool tableThere_ = false;
};

}  // namespace

Status checkDatabase(const ConnectionOptions& options) {
  ConnectionOptions reader = options;
  reader.use = ConnectionOptions::Use::Reader;
  Result<std::unique_ptr<Connection>> connection = Connection::open(reader);
  if (!connection) return connection.status();
  const Result<int> version = SchemaTarget(**connection, options.schema).version();
  if (!version) return version.status();
  const int known = static_cast<int>(migrations().size());
  if (*version == known) return {};
  return {StatusCode::InvalidArgument,
          "schema " + quoted(options.schema) + ": " +
              (*version == 0 ? "it has no tables of X-Ray"
                             : "its tables have version " + std::to_string(*version) + ", this program reads version " +
                                   std::to_string(known)) +
              (*version < known ? "; opening it for writing, as `xray serve` does, makes them"
                                : "; it was made by a newer X-Ray")};
}

Status migrateDatabase(const ConnectionOptions& options) {
  ConnectionOptions migrator = options;
  migrator.use = ConnectionOptions::Use::Migrator;
  migrator.lockTimeout = kLockTime;
  Result<std::unique_ptr<Connection>> connection = Connection::open(migrator);
  if (!connection) return connection.status();
  SchemaTarget target(**connection, options.schema);
  const Status status = sql::migrate(target, migrations());
  if (status.ok()) return {};
  std::string message = "schema " + quoted(options.schema) + ": " + status.message();
  const std::string& state = (*connection)->lastState();
  if (state == "42501") {
    message +=
        "; the tables are made by a user who may create them: GRANT CREATE ON DATABASE … TO …, or a schema of "
        "that name that belongs to the user";
  } else if (state == "55P03") {
    message += "; another backend has been migrating for a minute";
  } else if (state == "42P07") {
    message += "; the schema holds tables of another program: set the option \"schema\" to one of X-Ray's own";
  }
  return {status.code(), std::move(message)};
}

}  // namespace xray::postgres
