// Servers that stop, refuse and fill up.

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "database.h"
#include "postgres_store.h"
#include "support/sample_events.h"
#include "support/store_dump.h"
#include "test_server.h"
#include "xray/text.h"

namespace xray::postgres::test {
namespace {

using ::testing::HasSubstr;
using xray::test::append;
using xray::test::kEpoch;
using xray::test::readAt;
using xray::test::runEnded;
using xray::test::runId;
using xray::test::runStarted;
using xray::test::stepEnded;

using Clock = std::chrono::steady_clock;

class Outage : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!TestServer::available()) GTEST_SKIP() << "there is no PostgreSQL server under /usr/lib/postgresql";
    server_ = std::make_unique<TestServer>();
    settings_.dsn = server_->dsn();
  }

  std::unique_ptr<TestServer> server_;
  Settings settings_;
};

bool eventually(const std::function<bool()>& condition) {
  const auto end = Clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

TEST_F(Outage, WrongPassword_IsSaidWithoutAnyPassword) {
  EXPECT_TRUE(PostgresStore(settings_).open().ok());
  settings_.dsn = with(settings_.dsn, {{"password", "zq7wrong"}});
  const Status status = PostgresStore(settings_).open();
  EXPECT_EQ(status.code(), StatusCode::Unavailable);
  EXPECT_THAT(status.message(), HasSubstr("password authentication failed for user \"postgres\""));
  EXPECT_EQ(status.message().find("zq7"), std::string::npos);
  EXPECT_EQ(status.message().find("secret"), std::string::npos);
}

TEST_F(Outage, ServerThatIsAway_IsUnavailableAndComesBackByItself) {
  PostgresStore store(settings_);
  ASSERT_TRUE(store.open().ok());
  ASSERT_EQ(append(store, {runStarted(1)}), "A");
  for (const bool immediate : {false, true}) {
    server_->stop(immediate);
    EXPECT_THAT(append(store, {runStarted(2)}), ::testing::StartsWith("Unavailable: postgres: "));
    EXPECT_EQ(store.run(runId(1), readAt(kEpoch)).status().code(), StatusCode::Unavailable);
    EXPECT_EQ(store.runs({}, readAt(kEpoch)).status().code(), StatusCode::Unavailable);
    EXPECT_EQ(store.runSchemas(std::vector{runId(1)}).status().code(), StatusCode::Unavailable);
    EXPECT_EQ(store.keepIndex({Field::Reasoning, "x"}).code(), StatusCode::Unavailable);
    const Status health = store.health();
    EXPECT_EQ(health.code(), StatusCode::Unavailable);
    EXPECT_THAT(health.message(), HasSubstr("connection to server on socket"));
    EXPECT_EQ(PostgresStore(settings_).open().code(), StatusCode::Unavailable);
    server_->start();
    EXPECT_TRUE(eventually([&] { return append(store, {runStarted(1)}) == "D"; }));
    EXPECT_TRUE(eventually([&] { return store.health().ok(); }));
    EXPECT_TRUE(eventually([&] { return store.run(runId(1), readAt(kEpoch)).ok(); }));
    EXPECT_TRUE(eventually([&] { return store.runs({}, readAt(kEpoch)).ok(); }));
  }
}

TEST_F(Outage, TenSecondsUnderLoad_NothingAcknowledgedIsLostAndNothingIsThereTwice) {
  constexpr std::uint32_t kWriters = 3;
  constexpr std::uint32_t kSteps = 20;
  PostgresStore store(settings_);
  ASSERT_TRUE(store.open().ok());
  std::vector<std::vector<std::uint32_t>> acknowledged(kWriters);
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> taken = 0;
  std::atomic<std::size_t> refused = 0;
  {
    std::vector<std::jthread> writers;
    for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&, writer] {
        for (std::uint32_t run = writer; !stopping; run += kWriters) {
          std::vector<Event> events = {runStarted(run)};
          for (std::uint32_t step = 0; step < kSteps; ++step) events.push_back(stepEnded(run, step));
          events.push_back(runEnded(run, kSteps - 1));
          // As a client does: what was not taken comes again, until it is. At the end the last may stay open.
          while (true) {
            const Result<AppendOutcome> outcome = store.append({events, {}, kEpoch});
            if (outcome) break;
            ASSERT_EQ(outcome.status().code(), StatusCode::Unavailable) << outcome.status().toString();
            ++refused;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
          }
          acknowledged[writer].push_back(run);
          ++taken;
        }
      });
    }
    EXPECT_TRUE(eventually([&] { return taken > 20; }));
    server_->stop(true);
    const std::size_t before = refused;
    // The outage itself is what is tested.
    std::this_thread::sleep_for(std::chrono::seconds(10));
    EXPECT_GT(refused, before) << "while it is away appends are refused, not swallowed";
    EXPECT_EQ(store.health().code(), StatusCode::Unavailable);
    const std::size_t takenBefore = taken;
    server_->start();
    EXPECT_TRUE(eventually([&] { return taken > takenBefore + 20; }));
    stopping = true;
  }
  Database database(with(settings_.dsn, {{"options", "-csearch_path=xray"}}));
  std::size_t runs = 0;
  for (const auto& mine : acknowledged) {
    for (const std::uint32_t run : mine) {
      const auto found = store.run(runId(run), readAt(kEpoch));
      ASSERT_TRUE(found.ok() && found->has_value()) << "acknowledged run " << run << " is gone";
      EXPECT_EQ((*found)->stepCount, kSteps);
      EXPECT_EQ((*found)->missingSteps, 0);
      ++runs;
    }
  }
  EXPECT_EQ(database.ask("SELECT count(*) FROM runs"), std::to_string(runs));
  EXPECT_EQ(database.ask("SELECT count(*) FROM steps"), std::to_string(runs * kSteps));
}

/// A small file system of the server's user that goes with this.
class TinyDisk {
 public:
  explicit TinyDisk(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::create_directory(folder_);
    struct stat server {};
    mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=3m") == 0 &&
               ::stat(folder.parent_path().c_str(), &server) == 0 &&
               ::chown(folder_.c_str(), server.st_uid, server.st_gid) == 0;
  }
  ~TinyDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  bool grow() { return ::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0; }

 private:
  std::filesystem::path folder_;
  bool mounted_ = false;
};

TEST_F(Outage, FullDisk_IsSaidStoresNothingAndRecovers) {
  const std::filesystem::path folder = server_->folder() / "tiny";
  TinyDisk disk(folder);
  if (!disk.mounted()) GTEST_SKIP() << "only root may mount the small file system that this fills";
  Database database(settings_.dsn);
  ASSERT_EQ(database.ask("CREATE TABLESPACE tiny LOCATION '" + folder.string() + "'"), "none");
  ASSERT_EQ(database.ask("CREATE DATABASE crowded"), "none");
  ASSERT_EQ(database.ask("ALTER DATABASE crowded SET default_tablespace = 'tiny'"), "none");
  settings_.dsn = with(settings_.dsn, {{"dbname", "crowded"}});
  PostgresStore store(settings_);
  ASSERT_TRUE(store.open().ok());
  ASSERT_EQ(append(store, {runStarted(1), stepEnded(1, 1)}), "AA");
  const std::string before = xray::test::dumpStore(store, readAt(kEpoch));

  std::string noise;  // does not compress
  std::uint32_t state = 1;
  for (int n = 0; n < 1 << 20; ++n)
    noise += static_cast<char>('a' + (state = state * 1664525 + 1013904223) / 173'000'000);
  const std::string payload = "{\"text\":\"" + noise + "\"}";
  std::vector<Event> big = {runStarted(2)};
  for (std::uint32_t step = 0; step < 5; ++step) {
    big.push_back(stepEnded(2, step));
    std::get<StepEvent>(big.back().fact).inputData = payload;
  }
  const std::string refused = append(store, big);
  EXPECT_THAT(refused, ::testing::StartsWith("Unavailable: postgres: "));
  EXPECT_THAT(refused, HasSubstr("No space left on device"));
  EXPECT_THAT(refused, HasSubstr("the disk of the database is full"));
  EXPECT_THAT(store.health().message(), HasSubstr("the disk of the database is full"));
  EXPECT_EQ(xray::test::dumpStore(store, readAt(kEpoch)), before);

  ASSERT_TRUE(disk.grow());
  EXPECT_EQ(append(store, big), "AAAAAA");
  EXPECT_TRUE(store.health().ok());
}

}  // namespace
}  // namespace xray::postgres::test
