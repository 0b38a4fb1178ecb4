// Leases: waiting, lost and idle connections, attempts that fail or hang.

#include "connection_pool.h"

#include <Poco/ThreadPool.h>
#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "conformance/threads.h"
#include "database.h"
#include "silent_socket.h"
#include "support/temp_folder.h"
#include "xray/ids.h"

namespace xray::postgres::test {
namespace {

using Clock = std::chrono::steady_clock;

Deadline soon() {
  return Clock::now() + std::chrono::minutes(1);
}

bool eventually(const std::function<bool()>& condition) {
  const Deadline end = soon();
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

class Pool : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::optional<Dsn> server = sharedServer();
    if (!server) GTEST_SKIP() << kNoServer;
    options_.dsn = with(*server, {{"application_name", newId().toString()}});
    options_.schema = "public";
    database_ = std::make_unique<Database>(*server);
  }

  std::string ask(const std::string& text) { return database_->ask(text); }
  /// What the server sees of the pool's connections.
  std::string backends(const std::string& what, const std::string& which = "true") {
    return ask("SELECT " + what + " FROM pg_stat_activity WHERE application_name = '" + part("application_name") +
               "' AND " + which);
  }
  /// A part of the pool's dsn; "" when it is not there.
  std::string part(std::string_view option) const {
    for (const auto& [name, value] : options_.dsn) {
      if (name == option) return value;
    }
    return "";
  }

  ConnectionOptions options_;
  std::unique_ptr<Database> database_;
};

/// Tells the server's processes apart; 0 when there is no lease, or its connection is lost.
std::int64_t backendOf(const Result<ConnectionPool::Lease>& lease) {
  if (!lease) return 0;
  const Result<Answer> answer = (*lease)->query({"", "SELECT pg_backend_pid()::bigint"}, soon());
  return answer ? AnswerRow(*answer, 0).integer(0) : 0;
}

TEST_F(Pool, Lease_AllTaken_WaitsForOneThatComesBack) {
  ConnectionPool pool(options_, 1);
  std::optional<Result<ConnectionPool::Lease>> first(pool.lease(soon()));
  ASSERT_TRUE(first->ok()) << first->status().toString();
  const std::int64_t backend = backendOf(*first);
  std::atomic<bool> given = false;
  std::int64_t second = 0;
  std::jthread waiter([&] {
    const auto lease = pool.lease(soon());
    given = true;
    if (lease) second = backendOf(lease);
  });
  EXPECT_EQ(backendOf(*first), backend);
  EXPECT_FALSE(given);
  first.reset();
  waiter.join();
  EXPECT_NE(backend, 0);
  EXPECT_EQ(second, backend);
}

TEST_F(Pool, Lease_NoneInTime_IsDeadlineExceeded) {
  ConnectionPool pool(options_, 1);
  EXPECT_EQ(pool.lease(Clock::now()).status().code(), StatusCode::DeadlineExceeded) << "one is free, the time is over";
  const auto taken = pool.lease(soon());
  ASSERT_TRUE(taken.ok()) << taken.status().toString();
  EXPECT_EQ(pool.lease(Clock::now() + std::chrono::milliseconds(30)).status().code(), StatusCode::DeadlineExceeded);
}

TEST_F(Pool, ManyThreads_NeverHaveMoreThanItsSize_WhileConnectionsAreKilled) {
  constexpr int kSize = 3;
  ConnectionPool pool(options_, kSize);
  std::atomic<int> leased = 0;
  std::atomic<int> most = 0;
  std::atomic<int> answered = 0;
  std::vector<std::jthread> threads;
  for (int n = 0; n < 8; ++n) {
    threads.emplace_back([&] {
      for (int call = 0; call < 100; ++call) {
        const auto lease = pool.lease(soon());
        ASSERT_TRUE(lease.ok()) << lease.status().toString();
        const int now = ++leased;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
        if (backendOf(lease) != 0) ++answered;
        --leased;
      }
    });
  }
  {
    std::jthread killer([&](const std::stop_token& stop) {
      // Not those that are just being made: such an attempt fails.
      while (!stop.stop_requested()) backends("pg_terminate_backend(pid)", "query LIKE '%pg_backend_pid%'");
    });
    threads.clear();
  }
  EXPECT_LE(most, kSize);
  EXPECT_GT(answered, 0);
  EXPECT_TRUE(eventually([&] { return std::stoi(backends("count(*)")) <= kSize; })) << backends("count(*)");
}

TEST_F(Pool, ConnectionLostWhileIdle_IsMadeAgain) {
  ConnectionPool pool(options_, 2);
  std::int64_t lost = 0;
  int socket = -1;
  {
    const auto lease = pool.lease(soon());
    lost = backendOf(lease);
    socket = PQsocket((*lease)->handle());
  }
  // A killed backend is gone from the server's lists a moment before its socket is; this is there at once.
  EXPECT_EQ(::shutdown(socket, SHUT_RDWR), 0);
  const auto lease = pool.lease(soon());
  ASSERT_TRUE(lease.ok()) << lease.status().toString();
  const std::int64_t backend = backendOf(lease);
  EXPECT_NE(backend, 0) << "it works at once";
  EXPECT_NE(backend, lost);
}

TEST_F(Pool, ConnectionLostWhileLeased_IsNotGivenOutAgain) {
  ConnectionPool pool(options_, 1);
  {
    const auto lease = pool.lease(soon());
    EXPECT_NE(backendOf(lease), 0);
    EXPECT_EQ(backends("pg_terminate_backend(pid)"), "t");
    EXPECT_EQ(backendOf(lease), 0);
    EXPECT_TRUE((*lease)->broken());
  }
  EXPECT_NE(backendOf(pool.lease(soon())), 0);
  EXPECT_TRUE(eventually([&] { return backends("count(*)") == "1"; })) << backends("count(*)");
}

TEST_F(Pool, TransactionLeftOpen_IsRolledBack_AndTheConnectionServesOn) {
  ConnectionPool pool(options_, 1);
  std::int64_t backend = 0;
  for (const bool failed : {false, true}) {
    {
      const auto lease = pool.lease(soon());
      backend = backendOf(lease);
      const Status begun = (*lease)->execute("BEGIN READ WRITE; CREATE TEMP TABLE undone (n int)", soon());
      ASSERT_TRUE(begun.ok()) << begun.toString();
      if (failed) {
        EXPECT_FALSE((*lease)->execute("SELECT nonsense", soon()).ok());
      }
    }
    const auto lease = pool.lease(soon());
    EXPECT_EQ(PQtransactionStatus((*lease)->handle()), PQTRANS_IDLE);
    EXPECT_EQ(backendOf(lease), backend);
    EXPECT_EQ((*lease)->execute("SELECT FROM undone", soon()).code(), StatusCode::InvalidArgument) << "no such table";
  }
}

TEST_F(Pool, ConnectionInTheMiddleOfSomething_IsNotGivenOutAgain) {
  ConnectionPool pool(options_, 1);
  std::int64_t before = 0;
  for (const auto& leaveIn : std::initializer_list<std::function<bool(PGconn*)>>{
           [](PGconn* handle) { return PQenterPipelineMode(handle) == 1; },
           [](PGconn* handle) { return PQsendQuery(handle, "SELECT 1") == 1; },
           [](PGconn* handle) { return PQsendQuery(handle, "BEGIN; COPY pg_class TO STDOUT") == 1; }}) {
    {
      const auto lease = pool.lease(soon());
      ASSERT_TRUE(lease.ok()) << lease.status().toString();
      before = backendOf(lease);
      EXPECT_TRUE(leaveIn((*lease)->handle()));
    }
    const std::int64_t after = backendOf(pool.lease(soon()));
    EXPECT_NE(after, 0);
    EXPECT_NE(after, before);
  }
}

TEST_F(Pool, IdleConnections_AreClosedButOne) {
  ConnectionPool pool(options_, 3, std::chrono::seconds(1));
  {
    std::vector<ConnectionPool::Lease> leases;
    for (int n = 0; n < 3; ++n) leases.push_back(std::move(*pool.lease(soon())));
    EXPECT_EQ(backends("count(*)"), "3");
  }
  EXPECT_TRUE(eventually([&] { return backends("count(*)") == "1"; })) << backends("count(*)");
  const std::string left = backends("pid");
  EXPECT_EQ(std::to_string(backendOf(pool.lease(soon()))), left);
}

TEST_F(Pool, FailedAttempt_StandsForAPause) {
  SilentSocket socket;
  options_.dsn = socket.dsn();
  std::size_t attempts = 0;
  std::jthread server([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) attempts += socket.hangUp(std::chrono::milliseconds(10)) ? 1 : 0;
  });
  const Deadline begin = Clock::now();
  {
    ConnectionPool pool(options_, 2);
    for (int n = 0; n < 2000; ++n) {
      const Status status = pool.lease(soon()).status();
      ASSERT_EQ(status.code(), StatusCode::Unavailable);
      ASSERT_THAT(status.message(), ::testing::HasSubstr("server closed the connection unexpectedly"));
    }
  }
  const auto pauses = static_cast<std::size_t>((Clock::now() - begin) / ConnectionPool::kPause);
  server.request_stop();
  server.join();
  EXPECT_GE(attempts, 1u);
  EXPECT_LE(attempts, 1 + pauses);
}

TEST_F(Pool, AttemptThatHangs_HoldsUpNobodyElse) {
  const std::string host = part("host");
  if (!host.starts_with('/')) GTEST_SKIP() << "the server is not on a Unix socket, which this replaces";
  // A name that leads to the server first and to a socket that never answers then.
  const xray::test::TempFolder folder;
  const std::filesystem::path name = ".s.PGSQL." + (part("port").empty() ? "5432" : part("port"));
  std::filesystem::create_symlink(std::filesystem::path(host) / name, folder.path() / name);
  options_.dsn = with(options_.dsn, {{"host", folder.path().string()}});
  options_.connectTimeout = std::chrono::minutes(1);

  SilentSocket socket;
  ConnectionPool pool(options_, 3);
  std::optional<Result<ConnectionPool::Lease>> kept(pool.lease(soon()));
  const std::int64_t second = backendOf(pool.lease(soon()));
  ASSERT_NE(second, 0);
  std::filesystem::remove(folder.path() / name);
  std::filesystem::create_symlink(socket.path(), folder.path() / name);
  std::optional<Result<ConnectionPool::Lease>> other(pool.lease(soon()));
  EXPECT_EQ(backendOf(*other), second);

  std::atomic<bool> ended = false;
  Status hung;
  std::jthread victim([&] {
    hung = pool.lease(soon()).status();
    ended = true;
  });
  ASSERT_TRUE(socket.waitForSomebody());
  kept.reset();
  other.reset();
  for (int n = 0; n < 100; ++n) EXPECT_NE(backendOf(pool.lease(soon())), 0);
  EXPECT_FALSE(ended) << "the others went on while it hung";
  EXPECT_TRUE(socket.hangUp(std::chrono::minutes(1)));
  victim.join();
  EXPECT_TRUE(hung.ok()) << "one that came back meanwhile is up: " << hung.toString();
}

TEST_F(Pool, MorePoolsThanPocoHasThreads_GiveThemBack) {
  Poco::ThreadPool& threads = Poco::ThreadPool::defaultPool();
  const int capacity = threads.capacity();
  std::size_t before = 0;
  for (int round = 0; round < 3; ++round) {
    {
      std::vector<std::unique_ptr<ConnectionPool>> pools;
      for (int n = 0; n <= capacity; ++n) {
        pools.push_back(std::make_unique<ConnectionPool>(options_, 1));
        EXPECT_NE(backendOf(pools.back()->lease(soon())), 0);
      }
    }
    EXPECT_EQ(threads.capacity(), capacity);
    EXPECT_TRUE(eventually([&] { return threads.used() == 0; })) << threads.used();
    EXPECT_TRUE(eventually([&] { return backends("count(*)") == "0"; }));
    if (round == 0) before = xray::test::threadCount();
    EXPECT_TRUE(xray::test::threadsFallTo(before)) << "Poco keeps idle threads, but not more and more";
  }
}

}  // namespace
}  // namespace xray::postgres::test
