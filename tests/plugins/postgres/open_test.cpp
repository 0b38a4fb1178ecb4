// Opening: places that cannot be used, rights, migrations, several backends at once.

#include <thread>

#include "open_store.h"
#include "xray/text.h"

namespace xray::postgres::test {
namespace {

using ::testing::HasSubstr;

class Open : public OpenStore {
 protected:
  Status openAt(const Dsn& changes) {
    Settings settings = settings_;
    settings.dsn = with(settings_.dsn, changes);
    return PostgresStore(settings).open();
  }

  /// A database of the test's own, dropped after it.
  std::string makeDatabase(const std::string& how) {
    const std::string name = uniqueName();
    EXPECT_EQ(ask("CREATE DATABASE " + name + " TEMPLATE template0 " + how), "none");
    databases_.push_back(name);
    return name;
  }

  /// A user of the test's own who may log in and nothing else.
  std::string makeUser() {
    const std::string name = uniqueName();
    EXPECT_EQ(ask("CREATE ROLE " + name + " LOGIN"), "none");
    users_.push_back(name);
    return name;
  }

  void TearDown() override {
    OpenStore::TearDown();
    for (const std::string& name : databases_) ask("DROP DATABASE " + name + " WITH (FORCE)");
    for (const std::string& name : users_) ask("DROP OWNED BY " + name + " CASCADE; DROP ROLE " + name);
  }

  std::vector<std::string> databases_;
  std::vector<std::string> users_;
};

TEST_F(Open, PlacesThatAreNotThere_AreSaidInOneLine) {
  struct Case {
    const char* name;
    Dsn changes;
    std::string message;
  };
  const Case cases[] = {
      {"no server", {{"host", "127.0.0.1"}, {"port", "1"}}, "Connection refused"},
      {"no socket", {{"host", "/nonexistent"}}, "No such file or directory"},
      {"no such host", {{"host", "nowhere.invalid"}}, "could not translate host name"},
      {"no such database", {{"dbname", "nowhere_to_be_found"}}, "database \"nowhere_to_be_found\" does not exist"},
      {"no such user", {{"user", "nobody_at_all"}}, "role \"nobody_at_all\" does not exist"},
  };
  for (const Case& place : cases) {
    SCOPED_TRACE(place.name);
    const Status status = openAt(with(place.changes, {{"password", "zq7secret"}}));
    EXPECT_EQ(status.code(), StatusCode::Unavailable) << status.toString();
    EXPECT_THAT(status.message(), HasSubstr("postgres: "));
    EXPECT_THAT(status.message(), HasSubstr(place.message));
    EXPECT_EQ(status.message().find("zq7secret"), std::string::npos);
    EXPECT_EQ(status.message().find('\n'), std::string::npos);
  }
}

TEST_F(Open, DatabaseInAnotherEncoding_IsRefused) {
  const Status status = openAt({{"dbname", makeDatabase("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'")}});
  EXPECT_EQ(status.code(), StatusCode::InvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("in the encoding LATIN1; X-Ray needs one in UTF8"));
}

TEST_F(Open, WithoutTheRightToCreateTables_SaysWhatIsMissing_AndMakesNothing) {
  const std::string user = makeUser();
  const std::string database = makeDatabase("");
  const Status status = openAt({{"dbname", database}, {"user", user}});
  EXPECT_EQ(status.code(), StatusCode::InvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("schema " + quoted(settings_.schema)));
  EXPECT_THAT(status.message(), HasSubstr("permission denied for database"));
  EXPECT_THAT(status.message(), HasSubstr("GRANT CREATE ON DATABASE"));

  // The other way: an administrator makes the schema and gives it away.
  Database there(with(settings_.dsn, {{"dbname", database}}));
  EXPECT_EQ(there.ask("SELECT count(*) FROM pg_namespace WHERE nspname = '" + settings_.schema + "'"), "0");
  EXPECT_EQ(there.ask("CREATE SCHEMA " + settings_.schema + " AUTHORIZATION " + user), "none");
  const Status given = openAt({{"dbname", database}, {"user", user}});
  EXPECT_TRUE(given.ok()) << given.toString();
}

TEST_F(Open, UserWhoMayOnlyReadAndWrite_IsEnoughOnceTheTablesAreThere) {
  const std::string user = makeUser();
  EXPECT_THAT(openAt({{"user", user}}).message(), HasSubstr("permission denied"));
  ASSERT_EQ(ask("GRANT USAGE ON SCHEMA " + settings_.schema + " TO " + user), "none");
  ASSERT_EQ(ask("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + settings_.schema + " TO " + user),
            "none");
  ASSERT_EQ(ask("GRANT USAGE ON ALL SEQUENCES IN SCHEMA " + settings_.schema + " TO " + user), "none");
  settings_.dsn = with(settings_.dsn, {{"user", user}});
  reopen();
  EXPECT_EQ(append(*store_, {runStarted(1), stepEnded(1, 1, std::string(300, 'x')), stepEnded(1, 2), runEnded(1, 2)}),
            "ARAA");
  EXPECT_TRUE(store_->health().ok());
  EXPECT_THAT(store_->keepIndex({Field::Reasoning, "x"}).message(), HasSubstr("must be owner"));
}

TEST_F(Open, TablesOfANewerVersion_AreRefusedByBothNumbers) {
  ask("INSERT INTO migrations (number, name) VALUES (99, 'from the future')");
  const Status status = openAt({});
  EXPECT_EQ(status.code(), StatusCode::InvalidArgument);
  EXPECT_THAT(
      status.message(),
      HasSubstr("its tables have version 99, this program knows versions up to 3; it was made by a newer X-Ray"));
}

TEST_F(Open, TablesOfAnotherProgram_AreRefusedAndStayAsTheyAre) {
  store_.reset();
  ask("DROP SCHEMA " + settings_.schema + " CASCADE");
  ask("CREATE SCHEMA " + settings_.schema);
  ask("CREATE TABLE runs (distance integer)");
  const Status status = openAt({});
  EXPECT_EQ(status.code(), StatusCode::InvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("relation \"runs\" already exists"));
  EXPECT_THAT(status.message(), HasSubstr("another program"));
  EXPECT_EQ(ask("SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r' AND relnamespace = '" +
                settings_.schema + "'::regnamespace"),
            "runs");
}

TEST_F(Open, ManyBackendsOnAnEmptyDatabase_AllComeUp) {
  store_.reset();
  for (int round = 0; round < 3; ++round) {
    ask("DROP SCHEMA " + settings_.schema + " CASCADE");
    std::vector<Status> statuses(6);
    {
      std::vector<std::jthread> backends;
      for (Status& status : statuses) backends.emplace_back([&] { status = PostgresStore(settings_).open(); });
    }
    for (const Status& status : statuses) EXPECT_TRUE(status.ok()) << status.toString();
    EXPECT_EQ(ask("SELECT count(*) FROM migrations"), "3");
  }
}

TEST_F(Open, TwoSchemas_AreTwoStores) {
  EXPECT_EQ(append(*store_, {runStarted(1)}), "A");
  Settings other = settings_;
  other.schema = uniqueName();
  PostgresStore second(other);
  ASSERT_TRUE(second.open().ok());
  EXPECT_FALSE(second.run(runId(1), readAt(kEpoch))->has_value());
  EXPECT_EQ(append(second, {runStarted(1)}), "A");
  ask("DROP SCHEMA " + other.schema + " CASCADE");
}

TEST_F(Open, Sessions_AreSetUpForWhatTheyDo) {
  const auto setting = [&](ConnectionOptions::Use use, const char* name) {
    ConnectionOptions options = connectionOptions(use);
    options.statementTimeout = std::chrono::seconds(7);
    auto connection = Connection::open(options);
    if (!connection) return connection.status().toString();
    const sql::Statement question{"SELECT current_setting($1::text)", {std::string(name)}};
    std::vector<Call> calls;
    calls.push_back(callOf(question));
    auto answers = (*connection)->run(std::move(calls), std::chrono::steady_clock::now() + std::chrono::seconds(10));
    return answers ? AnswerRow(answers->front(), 0).text(0) : answers.status().toString();
  };
  EXPECT_EQ(setting(ConnectionOptions::Use::Reader, "default_transaction_read_only"), "on");
  EXPECT_EQ(setting(ConnectionOptions::Use::Writer, "default_transaction_read_only"), "off");
  EXPECT_EQ(setting(ConnectionOptions::Use::Writer, "statement_timeout"), "7s");
  EXPECT_EQ(setting(ConnectionOptions::Use::Writer, "idle_in_transaction_session_timeout"), "7s");
  EXPECT_EQ(setting(ConnectionOptions::Use::Writer, "synchronous_commit"), "on") << "Ok means durable";
  EXPECT_EQ(setting(ConnectionOptions::Use::Reader, "search_path"), settings_.schema);
}

}  // namespace
}  // namespace xray::postgres::test
