#include "server/server_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xray::server {
namespace {

using testing::HasSubstr;

Result<LoadedConfig> load(const std::string& text) {
  return loadServerConfig(ConfigFile::parse(text, "x.yaml"));
}

TEST(ServerConfig, Dev_ShippedFile_LoadsWithTheDefaults) {
  const Result<LoadedConfig> loaded = loadServerConfig(std::filesystem::path(XRAY_SOURCE_DIR) / "config/dev.yaml");
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  const ServerConfig& config = loaded->config;
  EXPECT_EQ(config.store.plugin, "sqlite");
  ASSERT_EQ(config.receivers.size(), 1u);
  EXPECT_EQ(config.receivers[0].options.text("listen"), "127.0.0.1:7008");
  // What the file says is what holds without it.
  const Result<LoadedConfig> bare = load("store: {plugin: memory}");
  ASSERT_TRUE(bare.ok()) << bare.status().message();
  EXPECT_EQ(config.apiListen.toString(), bare->config.apiListen.toString());
  EXPECT_EQ(config.apiThreads, bare->config.apiThreads);
  EXPECT_EQ(config.queryTimeout, bare->config.queryTimeout);
  EXPECT_EQ(config.incompleteAfter, bare->config.incompleteAfter);
  EXPECT_EQ(config.validationMode, bare->config.validationMode);
  EXPECT_EQ(config.validator.plugin, bare->config.validator.plugin);
  EXPECT_EQ(config.ingest.queueBytes, bare->config.ingest.queueBytes);
  EXPECT_EQ(config.ingest.commitEvents, bare->config.ingest.commitEvents);
  EXPECT_EQ(config.ingest.commitBytes, bare->config.ingest.commitBytes);
  EXPECT_EQ(config.ingest.limits.maxEventBytes, bare->config.ingest.limits.maxEventBytes);
  EXPECT_EQ(config.ingest.limits.maxBatchBytes, bare->config.ingest.limits.maxBatchBytes);
  EXPECT_EQ(config.ingest.limits.maxDepth, bare->config.ingest.limits.maxDepth);
  EXPECT_EQ(config.logLevel, bare->config.logLevel);
}

TEST(ServerConfig, Dev_ShippedFile_NamesEveryOption) {
  const std::filesystem::path path = std::filesystem::path(XRAY_SOURCE_DIR) / "config/dev.yaml";
  const std::string text = [&] {
    FILE* file = std::fopen(path.c_str(), "r");
    std::string content(100'000, '\0');
    content.resize(file ? std::fread(content.data(), 1, content.size(), file) : 0);
    if (file) std::fclose(file);
    return content;
  }();
  for (const ConfigTable& table : serverConfigTables()) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(table.section) + ":"));
    for (const OptionSpec& option : table.options)
      EXPECT_THAT(text, HasSubstr("\n  " + std::string(option.name) + ": "));
  }
  PluginLoader loader;
  for (const char* name : {"sqlite", "http-transport"}) {
    const Result<const PluginDescriptor*> plugin = loader.load(name);
    ASSERT_TRUE(plugin.ok()) << plugin.status().message();
    for (const OptionSpec& option : std::span((*plugin)->options, (*plugin)->optionCount)) {
      if (option.kinds == kSenderPlugin) continue;
      EXPECT_THAT(text, HasSubstr("  " + std::string(option.name) + ": "));
    }
  }
}

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
