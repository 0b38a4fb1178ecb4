// What keeps `xray serve` from starting: one clear line, no stack trace, the exit code of its kind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "cli/served_backend.h"
#include "support/temp_folder.h"

namespace xray::cli {
namespace {

using testing::HasSubstr;

class ServeErrors : public testing::Test {
 protected:
  /// Serves with this configuration; expects one line that holds `words`.
  void expectLine(const std::string& yaml, int exitCode, const std::string& words) {
    const std::string file = folder_.write("xray.yaml", yaml).string();
    expectLineOf(file, exitCode, words);
  }

  void expectLineOf(const std::string& file, int exitCode, const std::string& words) {
    const std::filesystem::path log = folder_.path() / "log";
    std::filesystem::remove(log);
    e2e::ChildProcess process({xrayProgram(), "serve", "--config", file}, log);
    EXPECT_EQ(process.wait(), exitCode) << process.output();
    // Lines of the log that say how far it came are not the error.
    std::string errors;
    std::istringstream lines(process.output());
    for (std::string line; std::getline(lines, line);) {
      if (line.find(" info ") == std::string::npos) errors += line + "\n";
    }
    EXPECT_THAT(errors, HasSubstr(words));
    EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
  }

  std::string sqlite(const std::string& path) const {
    return "store: {plugin: sqlite, options: {path: " + path + "}}\napi: {listen: \"127.0.0.1:0\"}\n";
  }

  test::TempFolder folder_;
};

TEST_F(ServeErrors, Configuration_IsExitCode2) {
  expectLineOf((folder_.path() / "none.yaml").string(), 2, "none.yaml");
  expectLine("", 2, "xray.yaml");
  expectLine("store: [", 2, "xray.yaml:1:");
  expectLine("store: {plugin: memory, options: {size: 1}}", 2, "unknown option \"size\"");
  expectLine("store: {plugin: memry}", 2, "memory");
  expectLine("store: {plugin: memory}\napi: {threads: many}", 2, "xray.yaml:2:16: api.threads: ");
  expectLine("store: {plugin: memory}\napi: {listen: \"7007\"}", 2, "api.listen");
  expectLine("store: {plugin: http-transport}", 2, "store.plugin");
  expectLine("store: {plugin: memory}\nreceivers: [{plugin: http-transport, options: {listen: nonsense}}]", 2,
             "nonsense");
}

TEST_F(ServeErrors, PluginFiles_AreExitCode2) {
  const auto withDirs = [&](const std::string& store) {
    return "plugins: {dirs: [\"" + folder_.path().string() + "\"]}\nstore: {plugin: " + store + "}\n";
  };
  folder_.write("xray_text.so", "this is no library");
  std::filesystem::permissions(folder_.path() / "xray_text.so", std::filesystem::perms::owner_all);
  expectLine(withDirs("text"), 2, "xray_text.so");
  expectLine(withDirs("texts"), 2, "did you mean \"text\"?");
  std::filesystem::copy(XRAY_PLUGIN_DIR "/xray_sqlite.so", folder_.path() / "xray_sqlite.so");
  std::filesystem::permissions(folder_.path() / "xray_sqlite.so", std::filesystem::perms::all);
  expectLine(withDirs("sqlite"), 2, "xray_sqlite.so");
}

TEST_F(ServeErrors, Database_ThatCannotBeUsed_IsExitCode1) {
  std::filesystem::create_directory(folder_.path() / "dir.db");
  expectLine(sqlite((folder_.path() / "dir.db").string()), 1, "dir.db");
  folder_.write("text.db", std::string(8192, 'x'));
  expectLine(sqlite((folder_.path() / "text.db").string()), 1, "text.db");
  expectLine(sqlite((folder_.path() / "none/x.db").string()), 1, "none/x.db");
  folder_.write("readonly.db", "");
  std::filesystem::permissions(folder_.path() / "readonly.db", std::filesystem::perms::owner_read);
  if (::geteuid() != 0) expectLine(sqlite((folder_.path() / "readonly.db").string()), 1, "readonly.db");
}

TEST_F(ServeErrors, PortInUse_IsExitCode1) {
  const ServedBackend other;
  const std::string api =
      "store: {plugin: memory}\napi: {listen: \"127.0.0.1:" + std::to_string(other.apiPort()) + "\"}\n";
  expectLine(api, 1, "api: cannot listen on 127.0.0.1:" + std::to_string(other.apiPort()));
  const std::string events =
      "store: {plugin: memory}\napi: {listen: \"127.0.0.1:0\"}\nreceivers: [{plugin: http-transport, options: {listen: "
      "\"127.0.0.1:" +
      std::to_string(other.eventsPort()) + "\"}}]\n";
  expectLine(events, 1, "receiver http-transport: cannot listen on 127.0.0.1:" + std::to_string(other.eventsPort()));
}

}  // namespace
}  // namespace xray::cli
