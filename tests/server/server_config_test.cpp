#include "server/server_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/files/shipped_config.h"

namespace xray::server {
namespace {

using test::expectDefaults;
using test::expectExplained;
using test::optionsOf;
using testing::HasSubstr;

Result<LoadedConfig> load(const std::string& text) {
  return loadServerConfig(ConfigFile::parse(text, "x.yaml"));
}

struct Shipped {
  const char* file;
  const char* store;
  const char* receiver;
};
void PrintTo(const Shipped& shipped, std::ostream* out) {
  *out << shipped.file;
}

class ShippedServerFile : public ::testing::TestWithParam<Shipped> {
 protected:
  void SetUp() override {
    setenv("XRAY_PG_DSN", "host=127.0.0.1 dbname=xray", 1);
    loaded_ = loadServerConfig(std::filesystem::path(XRAY_SOURCE_DIR) / "config" / GetParam().file);
    ASSERT_TRUE(loaded_->ok()) << loaded_->status().message();
  }
  void TearDown() override { unsetenv("XRAY_PG_DSN"); }

  const ServerConfig& config() const { return (*loaded_)->config; }

  std::optional<Result<LoadedConfig>> loaded_;
};

TEST_P(ShippedServerFile, SaysWhatHoldsWithoutIt) {
  EXPECT_EQ(config().store.plugin, GetParam().store);
  ASSERT_EQ(config().receivers.size(), 1u);
  EXPECT_EQ(config().receivers[0].plugin, GetParam().receiver);
  const Result<LoadedConfig> bare = load("store: {plugin: memory}");
  ASSERT_TRUE(bare.ok()) << bare.status().message();
  EXPECT_EQ(config().apiListen.toString(), bare->config.apiListen.toString());
  EXPECT_EQ(config().apiThreads, bare->config.apiThreads);
  EXPECT_EQ(config().queryTimeout, bare->config.queryTimeout);
  EXPECT_EQ(config().incompleteAfter, bare->config.incompleteAfter);
  EXPECT_EQ(config().validationMode, bare->config.validationMode);
  EXPECT_EQ(config().validator.plugin, bare->config.validator.plugin);
  EXPECT_EQ(config().ingest.queueBytes, bare->config.ingest.queueBytes);
  EXPECT_EQ(config().ingest.commitEvents, bare->config.ingest.commitEvents);
  EXPECT_EQ(config().ingest.commitBytes, bare->config.ingest.commitBytes);
  EXPECT_EQ(config().ingest.limits.maxEventBytes, bare->config.ingest.limits.maxEventBytes);
  EXPECT_EQ(config().ingest.limits.maxBatchBytes, bare->config.ingest.limits.maxBatchBytes);
  EXPECT_EQ(config().ingest.limits.maxDepth, bare->config.ingest.limits.maxDepth);
  EXPECT_EQ(config().logLevel, bare->config.logLevel);
}

TEST_P(ShippedServerFile, ItsPluginsOptions_HaveTheirDefaults) {
  expectDefaults(config().store, kStorePlugin);
  for (const PluginChoice& receiver : config().receivers) expectDefaults(receiver, kReceiverPlugin);
}

TEST_P(ShippedServerFile, ExplainsEveryOption) {
  const std::string file = std::string("config/") + GetParam().file;
  for (const ConfigTable& table : serverConfigTables()) expectExplained(file, table.section, table.options);
  expectExplained(file, "store", optionsOf(GetParam().store, kStorePlugin));
  expectExplained(file, "receivers", optionsOf(GetParam().receiver, kReceiverPlugin));
}

INSTANTIATE_TEST_SUITE_P(Config, ShippedServerFile,
                         ::testing::Values(Shipped{"dev.yaml", "sqlite", "http-transport"},
                                           Shipped{"offline.yaml", "sqlite", "file-transport"},
                                           Shipped{"production.yaml", "postgres", "http-transport"}),
                         [](const auto& info) {
                           const std::string file = info.param.file;
                           return file.substr(0, file.find('.'));
                         });

TEST(ServerConfig, Load_Values_AreRead) {
  const Result<LoadedConfig> loaded = load(R"(
store: {plugin: memory}
api: {listen: "[::1]:80", threads: 7, query_timeout: 250ms}
validation: {mode: reject}
lifecycle: {incomplete_after: 2h}
ingest: {queue_bytes: 2MiB, commit_events: 5, commit_bytes: 8KiB, max_event_bytes: 1MiB, max_batch_bytes: 2MiB, max_depth: 16}
log: {level: debug}
)");
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  const ServerConfig& config = loaded->config;
  EXPECT_EQ(config.apiListen.toString(), "[::1]:80");
  EXPECT_EQ(config.apiThreads, 7u);
  EXPECT_EQ(config.queryTimeout, std::chrono::milliseconds(250));
  EXPECT_EQ(config.validationMode, ValidationMode::Reject);
  EXPECT_EQ(config.incompleteAfter, std::chrono::hours(2));
  EXPECT_EQ(config.ingest.queueBytes, std::size_t{2} << 20);
  EXPECT_EQ(config.ingest.commitEvents, 5u);
  EXPECT_EQ(config.ingest.commitBytes, 8192u);
  EXPECT_EQ(config.ingest.limits.maxEventBytes, std::size_t{1} << 20);
  EXPECT_EQ(config.ingest.limits.maxBatchBytes, std::size_t{2} << 20);
  EXPECT_EQ(config.ingest.limits.maxDepth, 16u);
  EXPECT_EQ(config.logLevel, "debug");
}

TEST(ServerConfig, Load_BadValues_AreReportedAllAtTheirPlaces) {
  const Result<LoadedConfig> loaded = load(R"(store: {plugin: memory}
recievers: []
api: {listen: localhost, thread: 3}
validation: {plugin: key-list, mode: strict, modes: 1}
ingest: {queue_bytes: 1MiB}
plugins: {dirs: [plugins]}
)");
  const std::string message = loaded.status().message();
  EXPECT_EQ(loaded.status().code(), StatusCode::InvalidArgument);
  for (const char* expected : {"x.yaml:2:1: ", "unknown section \"recievers\"", "did you mean \"receivers\"",
                               "x.yaml:3:7: api.listen: ", "unknown option \"thread\"; did you mean \"threads\"",
                               "validation.mode: ", "warn, sanitize, reject", "\"modes\"",
                               "x.yaml:5:10: ingest.queue_bytes: must be at least max_batch_bytes (33554432 bytes)",
                               "plugins.dirs: must be absolute paths, not \"plugins\""}) {
    EXPECT_THAT(message, HasSubstr(expected));
  }
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n') + (message.ends_with('\n') ? 0 : 1), 7) << message;
}

}  // namespace
}  // namespace xray::server
