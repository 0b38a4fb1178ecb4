// Our sessions as Poco::Data sees them.

#include "postgres_session.h"

#include <Poco/Data/DataException.h>
#include <gmock/gmock.h>
#include <malloc.h>

#include <filesystem>
#include <optional>

#include "database.h"
#include "support/temp_folder.h"

namespace xray::postgres::test {
namespace {

std::size_t openFiles() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

/// As SessionPool makes one.
Poco::Data::Session newSession(const Dsn& dsn) {
  Poco::Data::Session session(PostgresSession::connector(), "public");
  ConnectionOptions options;
  options.dsn = dsn;
  options.schema = "public";
  options.connectTimeout = std::chrono::seconds(7);
  PostgresSession::of(session).configure(options);
  return session;
}

TEST(Session, Transactions_AreTheServers) {
  const std::optional<Dsn> server = sharedServer();
  if (!server) GTEST_SKIP() << kNoServer;
  Poco::Data::Session session = newSession(*server);
  EXPECT_FALSE(session.isConnected());
  EXPECT_FALSE(session.isGood());
  EXPECT_FALSE(session.isTransaction());
  EXPECT_THROW(session.begin(), Poco::Data::NotConnectedException);
  session.open();
  EXPECT_TRUE(session.isGood());
  PostgresSession& ours = PostgresSession::of(session);
  const auto inTransaction = [&] { return PQtransactionStatus(ours.connection().handle()) == PQTRANS_INTRANS; };
  for (const bool commit : {true, false}) {
    session.begin();
    EXPECT_TRUE(inTransaction());
    EXPECT_TRUE(session.isTransaction());
    EXPECT_TRUE(session.isConnected());
    EXPECT_FALSE(session.isGood()) << "not for somebody else now";
    commit ? session.commit() : session.rollback();
    EXPECT_FALSE(session.isTransaction());
    EXPECT_TRUE(session.isGood());
  }
  session.reconnect();
  EXPECT_TRUE(session.isGood());
  session.close();
  EXPECT_FALSE(session.isConnected());
}

TEST(Session, PocosStatements_AreRefused) {
  Poco::Data::Session session = newSession({});
  EXPECT_THROW(session.createStatementImpl(), Poco::NotImplementedException);
  EXPECT_THROW(session.setConnectionTimeout(1), Poco::NotImplementedException);
  EXPECT_THROW(session.setTransactionIsolation(Poco::Data::Session::TRANSACTION_SERIALIZABLE),
               Poco::NotImplementedException);
}

TEST(Session, WhatPocoShows_HasNoPassword) {
  Poco::Data::Session session = newSession({{"host", "/nowhere at all"}, {"password", "zq7secret"}});
  EXPECT_EQ(session.uri(), "xray-postgres:///public");
  EXPECT_EQ(session.getLoginTimeout(), 7u);
  try {
    session.open();
    FAIL() << "nobody answers there";
  } catch (const Poco::Data::ConnectionFailedException& e) {
    EXPECT_THAT(e.displayText(), ::testing::HasSubstr("/nowhere at all"));
    EXPECT_THAT(e.displayText(), ::testing::Not(::testing::HasSubstr("zq7")));
  }
}

TEST(Session, AttemptsThatFail_LeaveNothingBehind) {
  constexpr int kAttempts = 2000;
  const xray::test::TempFolder nobody;
  const auto fail = [&] {
    Poco::Data::Session session = newSession({{"host", nobody.path().string()}, {"port", "5432"}});
    ASSERT_EQ(PostgresSession::of(session).connect().code(), StatusCode::Unavailable);
  };
  for (int n = 0; n < 10; ++n) fail();  // libraries keep some memory from the first time on
  const std::size_t files = openFiles();
  const std::size_t bytes = ::mallinfo2().uordblks;
  for (int n = 0; n < kAttempts; ++n) fail();
  EXPECT_EQ(openFiles(), files);
  EXPECT_LT(::mallinfo2().uordblks, bytes + kAttempts * 100) << "less than 100 bytes each";
}

}  // namespace
}  // namespace xray::postgres::test
