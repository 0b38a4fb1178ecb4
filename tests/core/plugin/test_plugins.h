#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/temp_folder.h"

namespace xray::test {

/// A folder with copies of plugins of tests/bad_plugins, so that a test may change them, their modes and their folder.
class PluginFolder {
 public:
  explicit PluginFolder(const std::vector<std::string>& names) {
    for (const std::string& name : names) add(name, name);
  }

  /// Copies a plugin under a name that may be another.
  std::filesystem::path add(const std::string& name, const std::string& as) const {
    const std::filesystem::path file = this->file(as);
    std::filesystem::copy_file(std::filesystem::path(XRAY_TEST_PLUGIN_DIR) / ("xray_" + name + ".so"), file);
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    return file;
  }

  std::filesystem::path file(const std::string& name) const { return path() / ("xray_" + name + ".so"); }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TempFolder folder_;
};

}  // namespace xray::test
