// Plugins export their entry and nothing else, so that no two of them can meet in the dynamic linker.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

#include "xray/plugin_loader.h"

namespace xray {
namespace {

std::vector<std::string> pluginFiles() {
  std::vector<std::string> files;
  std::istringstream list(XRAY_PLUGIN_FILES);
  for (std::string file; std::getline(list, file, '|');) {
    if (!file.empty()) files.push_back(file);
  }
  return files;
}

std::string definedSymbols(const std::string& file) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("nm -D --defined-only '" + file + "'").c_str(), "r"), pclose);
  std::string text;
  char buffer[4096];
  while (std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe.get())) text.append(buffer, got);
  return text;
}

TEST(Plugins, EachExportsItsEntryAlone) {
  ASSERT_FALSE(pluginFiles().empty());
  for (const std::string& file : pluginFiles()) {
    EXPECT_THAT(definedSymbols(file), testing::MatchesRegex("[0-9a-f]+ T xray_plugin\n")) << file;
  }
}

TEST(Plugins, EachLoadsFromTheBuildTreeAndDescribesItself) {
  PluginLoader loader;
  for (const std::string& file : pluginFiles()) {
    const std::string name = std::filesystem::path(file).stem().string().substr(5);
    const auto plugin = loader.load(name);
    ASSERT_TRUE(plugin.ok()) << plugin.status().toString();
    EXPECT_STRNE((*plugin)->summary, "");
    EXPECT_TRUE((*plugin)->makeStore || (*plugin)->makeSender || (*plugin)->makeReceiver || (*plugin)->makeValidator);
  }
}

}  // namespace
}  // namespace xray
