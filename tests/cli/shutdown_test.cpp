#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include <thread>

#include "cli/served_backend.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

/// The log then tells when a batch has reached the store.
const std::string kDebug = "log: {level: debug}\n";

/// Another program that holds the database's write lock.
class WriteLock {
 public:
  explicit WriteLock(const std::filesystem::path& database) {
    sqlite3_open(database.c_str(), &connection_);
    held_ = sqlite3_exec(connection_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  ~WriteLock() { release(); }

  bool held() const { return held_; }
  void release() {
    sqlite3_close(std::exchange(connection_, nullptr));
    held_ = false;
  }

 private:
  sqlite3* connection_ = nullptr;
  bool held_ = false;
};

bool logged(ServedBackend& backend, const std::string& words) {
  return e2e::eventually([&] { return backend.process().output().find(words) != std::string::npos; });
}

class Shutdown : public testing::TestWithParam<int> {};

TEST_P(Shutdown, Signal_WithABatchInFlight_AnswersItAndExitsWith0) {
  ServedBackend backend(kDebug, "", ", busy_timeout: 30s");
  WriteLock lock(backend.database());
  ASSERT_TRUE(lock.held());
  test::RawClient client(backend.eventsPort());
  ASSERT_TRUE(client.send(test::post("/v1/events", runStarted(), "Content-Type: application/x-ndjson\r\n")));
  ASSERT_TRUE(logged(backend, "storing 1 events"));
  backend.process().signal(GetParam());
  ASSERT_TRUE(logged(backend, "received, stopping"));
  lock.release();
  const auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, HasSubstr("\"accepted\":1"));
  EXPECT_EQ(backend.process().wait(), 0);
  EXPECT_THAT(backend.process().output(), HasSubstr("stopped: 1 events accepted"));
  EXPECT_THAT(runCommand({"runs", "--config", backend.config().string()}).out, HasSubstr(kRunId));
}
INSTANTIATE_TEST_SUITE_P(Signals, Shutdown, testing::Values(SIGTERM, SIGINT));

TEST(ShutdownState, Stopping_IsNotReadyButAlive) {
  ServedBackend backend(kDebug, "", ", busy_timeout: 30s");
  EXPECT_EQ(backend.get("/readyz").status, 200);
  WriteLock lock(backend.database());
  ASSERT_TRUE(lock.held());
  test::RawClient client(backend.eventsPort());
  ASSERT_TRUE(client.send(test::post("/v1/events", runStarted(), "Content-Type: application/x-ndjson\r\n")));
  ASSERT_TRUE(logged(backend, "storing 1 events"));
  backend.process().signal(SIGTERM);
  ASSERT_TRUE(logged(backend, "received, stopping"));
  // The batch in flight holds the drain up, so the API is still there to say so.
  ASSERT_TRUE(e2e::eventually([&] { return backend.get("/readyz").status == 503; }));
  EXPECT_THAT(backend.get("/readyz").body, HasSubstr("shutting down"));
  EXPECT_EQ(backend.get("/livez").status, 200);
  lock.release();
  EXPECT_EQ(backend.process().wait(), 0);
}

TEST(ShutdownState, SecondSignal_EndsAtOnce) {
  ServedBackend backend(kDebug, "", ", busy_timeout: 30s");
  const WriteLock lock(backend.database());
  test::RawClient client(backend.eventsPort());
  ASSERT_TRUE(client.send(test::post("/v1/events", runStarted(), "Content-Type: application/x-ndjson\r\n")));
  ASSERT_TRUE(logged(backend, "storing 1 events"));
  backend.process().signal(SIGTERM);
  ASSERT_TRUE(logged(backend, "received, stopping"));
  backend.process().signal(SIGTERM);
  EXPECT_EQ(backend.process().wait(), 128 + SIGTERM);
}

TEST(ShutdownState, StoreThatNeverAnswers_ExitsWithinTenSeconds) {
  ServedBackend backend(kDebug, "", ", busy_timeout: 60s");
  const WriteLock lock(backend.database());
  test::RawClient client(backend.eventsPort());
  ASSERT_TRUE(client.send(test::post("/v1/events", runStarted(), "Content-Type: application/x-ndjson\r\n")));
  ASSERT_TRUE(logged(backend, "storing 1 events"));
  backend.process().signal(SIGTERM);
  EXPECT_EQ(backend.process().wait(std::chrono::seconds(20)), 0);  // 10 s, and room for a busy machine
}

}  // namespace
}  // namespace xray::cli
