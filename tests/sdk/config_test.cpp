// Configuration files: those that are shipped, and those that are wrong.
#include <filesystem>
#include <sstream>

#include "settings.h"
#include "support/files/shipped_config.h"
#include "support/temp_folder.h"
#include "xray/sdk.h"

namespace xray::sdk {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kSource = XRAY_SOURCE_DIR;

std::optional<SdkConfig> read(const std::string& yaml) {
  ConfigFile file = ConfigFile::parse(yaml, "test.yaml");
  auto config = readSettings(file, "");
  EXPECT_TRUE(config) << file.status().message();
  return config;
}

std::string problemsOf(const std::string& yaml) {
  try {
    Client::fromText(yaml, "test.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

/// The examples' files, which say only what differs from the defaults.
class ExampleFile : public ::testing::TestWithParam<std::string> {};

TEST_P(ExampleFile, IsLoaded) {
  Client client = Client::fromFile(std::filesystem::path(kSource) / GetParam());
  EXPECT_TRUE(client.close(10s).status.ok());
}

INSTANTIATE_TEST_SUITE_P(Config, ExampleFile,
                         ::testing::Values("examples/replay/xray-sdk.yaml", "examples/replay/whowhen-sdk.yaml",
                                           "examples/package_picker/xray-sdk.yaml"),
                         [](const auto& info) { return "file" + std::to_string(info.index); });

/// The files in config/, which explain every option.
class ShippedFile : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    setenv("XRAY_SPOOL", (folder_.path() / "spool").c_str(), 1);
    setenv("XRAY_DEAD_LETTERS", (folder_.path() / "dead-letters").c_str(), 1);
  }
  void TearDown() override {
    unsetenv("XRAY_SPOOL");
    unsetenv("XRAY_DEAD_LETTERS");
  }

  std::string file() const { return "config/" + GetParam() + "-sdk.yaml"; }

  SdkConfig mustRead() const {
    ConfigFile read = ConfigFile::load(kSource + "/" + file());
    auto config = readSettings(read, kSource + "/config");
    if (!config) throw std::runtime_error(read.status().message());
    return std::move(*config);
  }

  const test::TempFolder folder_;
};

TEST_P(ShippedFile, IsLoaded) {
  Client client = Client::fromFile(std::filesystem::path(kSource) / file());
  EXPECT_TRUE(client.close(10s).status.ok());
}

TEST_P(ShippedFile, SaysWhatHoldsWithoutIt) {
  const SdkConfig config = mustRead();
  const auto defaults = read("log: stderr");
  ASSERT_TRUE(defaults);
  const Settings &a = config.settings, &b = defaults->settings, c;
  for (const Settings& other : {b, c}) {
    EXPECT_EQ(a.queueBytes, other.queueBytes);
    EXPECT_EQ(a.blockWhenFull, other.blockWhenFull);
    EXPECT_EQ(a.blockTimeout, other.blockTimeout);
    EXPECT_EQ(a.maxEventBytes, other.maxEventBytes);
    EXPECT_EQ(a.batchBytes, other.batchBytes);
    EXPECT_EQ(a.maxDelay, other.maxDelay);
    EXPECT_EQ(a.sendTimeout, other.sendTimeout);
    EXPECT_EQ(a.retryFirst, other.retryFirst);
    EXPECT_EQ(a.retryMost, other.retryMost);
    EXPECT_EQ(a.patience, other.patience);
    EXPECT_EQ(a.closeTimeout, other.closeTimeout);
    EXPECT_EQ(a.logWarnings, other.logWarnings);
    EXPECT_EQ(other.schema, nullptr);
  }
  ASSERT_NE(a.schema, nullptr);
  EXPECT_EQ(a.schema->ref().name, "product-selection");
}

TEST_P(ShippedFile, ItsPluginsOptions_HaveTheirDefaults) {
  const SdkConfig config = mustRead();
  test::expectDefaults(config.transport, kSenderPlugin);
  if (config.fallback) {
    test::expectDefaults(*config.fallback, kSenderPlugin);
    test::expectDefaults(*config.fallback, kReceiverPlugin);
  }
  if (config.deadLetters) test::expectDefaults(*config.deadLetters, kSenderPlugin);
}

TEST_P(ShippedFile, ExplainsEveryOption) {
  const SdkConfig config = mustRead();
  for (const ConfigTable& table : sdkConfigTables()) {
    if (std::string_view(table.section) == "fallback" && !config.fallback) continue;
    test::expectExplained(file(), table.section, table.options);
  }
  test::expectExplained(file(), "transport", test::optionsOf(config.transport.plugin, kSenderPlugin));
  if (!config.fallback) return;
  test::expectExplained(file(), "fallback", test::optionsOf(config.fallback->plugin, kSenderPlugin));
  test::expectExplained(file(), "fallback", test::optionsOf(config.fallback->plugin, kReceiverPlugin));
}

INSTANTIATE_TEST_SUITE_P(Config, ShippedFile, ::testing::Values("dev", "offline", "production"),
                         [](const auto& info) { return info.param; });

TEST(SdkConfig, EveryOption_IsRead) {
  const auto config = read(R"(
queue: {max_bytes: 1MiB, when_full: block, block_timeout: 7s, max_event_bytes: 64KiB}
batch: {max_bytes: 2KiB, max_delay: 5ms}
retry: {send_timeout: 3s, first_delay: 2ms, max_delay: 4s}
close_timeout: 9s
log: none
transport: {plugin: http-transport, options: {url: "http://127.0.0.1:1"}}
fallback: {plugin: file-transport, patience: 3ms, options: {dir: /tmp/a, durability: always, poll_interval: 50ms}}
dead_letters: {plugin: file-transport, options: {dir: /tmp/b, max_bytes: 2MiB}}
)");
  ASSERT_TRUE(config);
  const Settings& settings = config->settings;
  EXPECT_EQ(settings.queueBytes, std::size_t{1} << 20);
  EXPECT_TRUE(settings.blockWhenFull);
  EXPECT_EQ(settings.blockTimeout, 7s);
  EXPECT_EQ(settings.maxEventBytes, std::size_t{64} << 10);
  EXPECT_EQ(settings.batchBytes, 2048u);
  EXPECT_EQ(settings.maxDelay, 5ms);
  EXPECT_EQ(settings.sendTimeout, 3s);
  EXPECT_EQ(settings.retryFirst, 2ms);
  EXPECT_EQ(settings.retryMost, 4s);
  EXPECT_EQ(settings.closeTimeout, 9s);
  EXPECT_FALSE(settings.logWarnings);
  EXPECT_EQ(config->transport.options.text("url"), "http://127.0.0.1:1");
  EXPECT_EQ(settings.patience, 3ms);
  ASSERT_TRUE(config->fallback);
  EXPECT_EQ(config->fallback->plugin, "file-transport");
  EXPECT_EQ(config->fallback->options.text("durability"), "always") << "an option of the sender";
  EXPECT_EQ(config->fallback->options.duration("poll_interval"), 50ms) << "an option of the receiver";
  ASSERT_TRUE(config->deadLetters);
  EXPECT_EQ(config->deadLetters->options.text("dir"), "/tmp/b");
  EXPECT_THROW(config->deadLetters->options.text("after"), std::logic_error) << "nobody receives there";
}

TEST(SdkConfig, ASchemaFile_IsFoundBesideTheConfiguration) {
  const test::TempFolder folder;
  folder.write("schema.json", R"({"step_types": ["llm"]})");
  const auto path = folder.write("sdk.yaml", "schema: {name: s, version: 2, file: schema.json}\n");
  EXPECT_TRUE(Client::fromFile(path).close(10s).status.ok());
}

TEST(SdkConfig, AllProblems_AreToldAtOnce_EachOnItsLine) {
  std::istringstream problems(problemsOf(R"(qeue: {max_bytes: 1}
queue: {max_byte: 1MiB, when_full: drop}
batch: {max_delay: never}
retry: {first_delay: 10s, max_delay: 1s}
)"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(problems, line);) lines.push_back(line);
  EXPECT_THAT(lines,
              ::testing::ElementsAre(
                  StartsWith(R"(test.yaml:1:1: unknown section "qeue"; did you mean "queue"?)"),
                  StartsWith(R"(test.yaml:2:9: queue: unknown option "max_byte"; did you mean "max_bytes"?)"),
                  StartsWith("test.yaml:2:36: queue.when_full: "), StartsWith("test.yaml:3:20: batch.max_delay: "),
                  "test.yaml:4:9: retry.first_delay: is more than max_delay"));
}

TEST(SdkConfig, AWrongFile_IsRefusedWithItsReason) {
  const std::pair<std::string, std::string> cases[] = {
      {"transport: {plugin: htp-transport}", "htp-transport"},
      {"transport: {plugin: http-transport, options: {ulr: x}}", R"(unknown option "ulr"; did you mean "url"?)"},
      {"transport: {plugin: http-transport, options: {url: 'ftp://x'}}", "test.yaml:1:"},
      {"transport: {plugin: key-list}", "key-list"},
      {"fallback: {options: {dir: x}}",
       "fallback.plugin: is required: the name of a transport sender and transport "
       "receiver plugin (plugins of these kinds here: file-transport, http-transport)"},
      {"fallback: {plugin: sqlite}", "sqlite is a store, not a transport sender and a transport receiver"},
      {"fallback: {plugin: http-transport}", "fallback: http-transport keeps nothing"},
      {"fallback: {plugin: file-transport}", "fallback.options.dir: is required"},
      {"fallback: {plugin: file-transport, options: {dir: ''}}", "dir"},
      {"fallback: {plugin: file-transport, patients: 1s, options: {dir: x}}",
       R"(fallback: unknown option "patients"; did you mean "patience"?)"},
      {"fallback: {plugin: file-transport, patience: 0, options: {dir: x}}", "fallback.patience"},
      {"fallback: {plugin: file-transport, options: {dir: x, durabilty: always}}", R"(did you mean "durability"?)"},
      {"dead_letters: {plugin: file-transport, options: {dir: x, after: delete}}",
       R"("after" is an option of file-transport as a transport receiver, not as a transport sender)"},
      {"{fallback: {plugin: file-transport, options: {dir: x}}, dead_letters: {plugin: file-transport, options: {dir: "
       "./x}}}",
       "dead_letters.options.dir: is the fallback's too"},
      {"{transport: {plugin: file-transport, options: {dir: x}}, fallback: {plugin: file-transport, options: {dir: "
       "y/../x}}}",
       "fallback.options.dir: is the transport's too"},
      {"queue: {max_bytes: 100}", "queue.max_bytes"},
      {"queue: {max_bytes: 1MiB}",
       "test.yaml:1:1: queue.max_event_bytes: is more than half of max_bytes (1048576 bytes)"},
      {"schema: {name: s, version: 1}", "test.yaml:1:1: schema: needs one of file and definition"},
      {"schema: {name: s, version: 1, file: a, definition: '{}'}", "needs one of file and definition"},
      {"schema: {name: s, version: 1, file: /nonexistent/schema.json}",
       "schema.file: cannot read /nonexistent/schema.json"},
      {"schema: {name: s, version: 1, definition: '{\"step_types\"'}", "schema.definition: is not JSON: "},
      {"schema: {name: s, version: 1, definition: '[]'}", "schema.definition: must be a JSON object, not a JSON array"},
      {"schema: {name: s, version: 1, definition: '{\"reasoning\": 1}'}", "test.yaml:1:31: schema.definition: "},
      {"schema: {name: s, version: 0, definition: '{}'}", "schema.version"},
      {"schema: {version: 1, definition: '{}'}", "schema.name"},
      {"validation: {mode: strict}", "validation.mode"},
      {"validation: {plugin: nothing-like-it}", "nothing-like-it"},
      {"close_timeout: [1]", "close_timeout"},
      {"", "test.yaml"},
  };
  for (const auto& [yaml, problem] : cases) EXPECT_THAT(problemsOf(yaml), HasSubstr(problem)) << yaml;
}

TEST(SdkConfig, AMissingFile_IsOneClearLine) {
  const test::TempFolder folder;
  try {
    Client::fromFile(folder.path() / "none.yaml");
    FAIL() << "loaded";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("none.yaml"));
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace xray::sdk
