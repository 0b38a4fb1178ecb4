// Every tests/config_errors/NAME.yaml is read as a program would read it; its problems are the lines of NAME.expected.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/plugin/test_plugins.h"
#include "xray/config.h"

namespace xray {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(XRAY_SOURCE_DIR) / "tests" / "config_errors";
constexpr const char* kSecret = "correct-horse-battery";

constexpr OptionSpec kApiTable[] = {
    {.name = "listen", .type = OptionType::Text, .fallback = "127.0.0.1:7007", .help = "Address."},
    {.name = "threads", .type = OptionType::Integer, .fallback = "2", .help = "Threads.", .minimum = 1, .maximum = 64},
};
constexpr OptionSpec kValidationTable[] = {
    {.name = "mode", .type = OptionType::Choice, .fallback = "warn", .help = "What to do.", .allowed = "warn|reject"},
};

std::string readText(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// Reads every section that a file of these tests may have.
void readAll(ConfigFile& file, PluginLoader& loader) {
  ConfigSection root = file.root();
  const std::string sections[] = {"store", "receivers", "api", "validation", "fallbacks"};
  root.allowOnly(sections);
  root.child("store").plugin(loader, kStorePlugin);
  for (ConfigSection& receiver : root.list("receivers")) receiver.plugin(loader, kReceiverPlugin);
  root.child("api").options(kApiTable);
  ConfigSection validation = root.child("validation");
  const std::string ofPlugin[] = {"plugin", "options"};
  validation.options(kValidationTable, ofPlugin);
  const std::string ofOurs[] = {"mode"};
  validation.plugin(loader, kValidatorPlugin, "key-list", ofOurs);
  for (ConfigSection& both : root.list("fallbacks")) both.plugin(loader, kSenderPlugin | kReceiverPlugin);
}

std::string replaceAll(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

class ConfigErrors : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ::setenv("XRAY_TEST_SECRET", kSecret, 1);
    ::setenv("XRAY_TEST_WORD", "many", 1);
    ::setenv("XRAY_TEST_YAML", "{plugin: memory}", 1);
    ::setenv("XRAY_TEST_EMPTY", "", 1);
    ::setenv("XRAY_TEST_BYTES", "\xff\xfe", 1);
    ::unsetenv("XRAY_TEST_UNSET");
    ::unsetenv("XRAY_TEST_UNSET_TOO");
  }
};

TEST_P(ConfigErrors, AreAllReportedInTheFilesOrder) {
  const test::PluginFolder plugins({"good-store", "good-wire"});
  PluginLoader loader({plugins.path()});
  ConfigFile file = ConfigFile::load(kCases / (GetParam() + ".yaml"));
  readAll(file, loader);
  std::string got;
  for (const std::string& problem : file.problems()) got += problem + "\n";
  EXPECT_EQ(got.find(kSecret), std::string::npos) << "a secret is in the messages";
  got = replaceAll(got, kCases.string() + "/", "");
  got = replaceAll(got, plugins.path().string(), "PLUGINS");
  EXPECT_EQ(got, readText(kCases / (GetParam() + ".expected")));
  EXPECT_FALSE(file.status().ok());
}

std::vector<std::string> caseNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, ConfigErrors, testing::ValuesIn(caseNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace xray
