#include "plugin/plugin_file.h"

#include <Poco/Exception.h>
#include <Poco/SharedLibrary.h>
#include <dlfcn.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "config/option_value.h"
#include "plugin/elf_check.h"
#include "xray/text.h"

namespace xray {
namespace {

namespace fs = std::filesystem;

Status refuse(const fs::path& file, const std::string& why) {
  return {StatusCode::InvalidArgument, file.string() + ": " + why};
}

/// Refuses a directory in which anybody may put another file in this one's place (under the sticky bit only its owner
/// can).
Status checkDirectory(const fs::path& file, const fs::path& dir) {
  struct stat info {};
  if (::stat(dir.c_str(), &info) != 0) return refuse(file, std::generic_category().message(errno));
  if ((info.st_mode & S_IWOTH) == 0 || (info.st_mode & S_ISVTX) != 0) return {};
  return refuse(file, "not loaded: its directory " + dir.string() +
                          " may be written by everybody; make it so that only its owner can (chmod go-w)");
}

/// What `file` leads to, when nobody but its owner may have written it.
Result<fs::path> resolveTrusted(const fs::path& file) {
  std::error_code error;
  const fs::path target = fs::canonical(file, error);
  if (error) return refuse(file, error.message());
  struct stat info {};
  if (::stat(target.c_str(), &info) != 0) return refuse(file, std::generic_category().message(errno));
  if (!S_ISREG(info.st_mode)) return refuse(file, "is not a regular file");
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return refuse(file, "not loaded: a file that others may write; make it so that only its owner can (chmod go-w)");
  }
  // Both the directory of a symbolic link and the one that it leads to.
  if (Status status = checkDirectory(file, file.parent_path()); !status.ok()) return status;
  if (Status status = checkDirectory(file, target.parent_path()); !status.ok()) return status;
  return target;
}

std::string orNothing(const char* text) {
  return text ? quoted(text) : "nothing";
}

/// Members are read in the order of the struct, and none before those that say what the rest looks like.
Status checkDescriptor(const fs::path& file, const std::string& name, const PluginDescriptor* plugin) {
  if (!plugin) return refuse(file, "xray_plugin returned no descriptor");
  if (plugin->abi != kPluginAbi) {
    return refuse(file, "was built for plugin ABI " + std::to_string(plugin->abi) + ", this X-Ray has ABI " +
                            std::to_string(kPluginAbi) + "; build it against the headers of this version");
  }
  if (plugin->structSize != sizeof(PluginDescriptor)) {
    return refuse(file, "has a descriptor of " + std::to_string(plugin->structSize) + " bytes, this X-Ray one of " +
                            std::to_string(sizeof(PluginDescriptor)) +
                            "; build it against the headers of this version");
  }
  if (!plugin->buildTag || std::strcmp(plugin->buildTag, XRAY_BUILD_TAG) != 0) {
    return refuse(file, "has the build tag " + orNothing(plugin->buildTag) +
                            ", this X-Ray \"" XRAY_BUILD_TAG "\"; build both with the same compiler and sanitizers");
  }
  if (!plugin->name || plugin->name != name) {
    return refuse(file, "calls itself " + orNothing(plugin->name) + ", the file's name says \"" + name + "\"");
  }
  if (!plugin->version || !plugin->summary) return refuse(file, "has no version or no summary in its descriptor");
  if (!plugin->options && plugin->optionCount != 0) return refuse(file, "has no option table in its descriptor");
  const Status table = checkOptionTable(std::span(plugin->options, plugin->optionCount));
  return table.ok() ? Status() : refuse(file, "its option table is wrong: " + table.message());
}

}  // namespace

Result<const PluginDescriptor*> openPluginFile(const fs::path& file, const std::string& name) try {
  const auto target = resolveTrusted(file);
  if (!target.ok()) return target.status();
  if (Status status = checkElf(*target); !status.ok()) return refuse(file, status.message());
  // Its destructor leaves the library loaded: objects and static data of the plugin live as long as the process.
  Poco::SharedLibrary library(target->string(), Poco::SharedLibrary::SHLIB_LOCAL);
  if (!library.hasSymbol("xray_plugin")) return refuse(file, "is no X-Ray plugin: it has no entry xray_plugin");
  const auto entry = reinterpret_cast<XrayPluginEntry>(library.getSymbol("xray_plugin"));
  const PluginDescriptor* plugin = entry();
  if (Status status = checkDescriptor(file, name, plugin); !status.ok()) return status;
  return plugin;
} catch (const Poco::Exception& e) {
  return refuse(file, "cannot be loaded: " + e.message());
}

fs::path defaultPluginDir() {
  Dl_info info{};
  std::error_code error;
  if (::dladdr(reinterpret_cast<const void*>(&defaultPluginDir), &info) == 0 || !info.dli_fname) return "/";
  const fs::path dir = fs::weakly_canonical(info.dli_fname, error).parent_path();
  const fs::path installed = dir / "xray" / "plugins";
  const fs::path built = dir.parent_path() / "plugins";
  return fs::is_directory(built, error) && !fs::is_directory(installed, error) ? built : installed;
}

}  // namespace xray
