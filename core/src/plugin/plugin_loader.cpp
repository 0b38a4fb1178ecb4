#include "xray/plugin_loader.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>

#include "plugin/builtin_plugins.h"
#include "plugin/guarded_store.h"
#include "plugin/guarded_transport.h"
#include "plugin/guarded_validator.h"
#include "plugin/plugin_file.h"
#include "plugin/plugin_kinds.h"
#include "xray/text.h"

namespace xray {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "xray_";
constexpr std::string_view kSuffix = ".so";

bool isBareName(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

const PluginDescriptor* findBuiltin(std::string_view name) {
  for (const PluginDescriptor& plugin : builtinPlugins()) {
    if (plugin.name == name) return &plugin;
  }
  return nullptr;
}

/// The first file of that plugin's name; empty when no directory has one.
fs::path findFile(const std::vector<fs::path>& dirs, const std::string& name) {
  for (const fs::path& dir : dirs) {
    std::error_code error;
    fs::path file = dir / (std::string(kPrefix) + name + std::string(kSuffix));
    // A link to nothing is found too: loading it says what is wrong.
    if (fs::exists(fs::symlink_status(file, error))) return file;
  }
  return {};
}

/// Bare names of the built-in plugins and of all files that are called like one, sorted.
std::set<std::string> findNames(const std::vector<fs::path>& dirs) {
  std::set<std::string> names;
  for (const PluginDescriptor& plugin : builtinPlugins()) names.insert(plugin.name);
  for (const fs::path& dir : dirs) {
    std::error_code error;
    for (fs::directory_iterator entry(dir, error), end; !error && entry != end; entry.increment(error)) {
      const std::string file = entry->path().filename().string();
      if (!file.starts_with(kPrefix) || !file.ends_with(kSuffix)) continue;
      if (file.size() <= kPrefix.size() + kSuffix.size()) continue;
      std::string name = file.substr(kPrefix.size(), file.size() - kPrefix.size() - kSuffix.size());
      if (isBareName(name)) names.insert(std::move(name));
    }
  }
  return names;
}

Status describeMissing(const std::vector<fs::path>& dirs, const std::string& name) {
  const auto found = findNames(dirs);
  const std::vector<std::string> names(found.begin(), found.end());
  std::vector<std::string> places;
  for (const fs::path& dir : dirs) places.push_back(dir.string());
  return {StatusCode::NotFound, "no plugin " + quoted(name) + " in " + joinNames(places) + didYouMean(name, names) +
                                    " (plugins: " + joinNames(names) + ")"};
}

template <typename Guard, typename Contract>
Result<std::unique_ptr<Contract>> make(const Result<const PluginDescriptor*>& plugin, const char* call,
                                       PluginFactory<Contract> PluginDescriptor::*factory, const Options& options,
                                       const PluginContext& context, PluginCallObserver* observer) {
  if (!plugin.ok()) return plugin.status();
  const Seam seam{(*plugin)->name, observer};
  auto made = guarded(seam, call, [&] { return ((*plugin)->*factory)(options, context); });
  if (!made.ok()) return made;
  if (!*made) return Status(StatusCode::Internal, "plugin " + seam.plugin + ": " + call + ": returned no object");
  return std::unique_ptr<Contract>(std::make_unique<Guard>(seam, std::move(*made)));
}

}  // namespace

PluginLoader::PluginLoader(std::vector<fs::path> dirs) : dirs_(std::move(dirs)) {
  if (dirs_.empty()) dirs_.push_back(defaultPluginDir());
}

Result<const PluginDescriptor*> PluginLoader::load(const std::string& name) {
  if (!isBareName(name)) {
    return Status(StatusCode::InvalidArgument,
                  quoted(name) + " is no plugin's name: only a-z, 0-9 and - (a bare name, no path and no file name)");
  }
  if (const PluginDescriptor* builtin = findBuiltin(name)) return builtin;
  std::lock_guard lock(mu_);
  if (const auto known = loaded_.find(name); known != loaded_.end()) return known->second;
  for (const fs::path& dir : dirs_) {
    if (!dir.is_absolute()) {
      return Status(StatusCode::InvalidArgument, "plugin directory " + quoted(dir.string()) + " must be absolute");
    }
  }
  const fs::path file = findFile(dirs_, name);
  if (file.empty()) return describeMissing(dirs_, name);
  auto plugin = openPluginFile(file, name);
  if (plugin.ok()) loaded_.emplace(name, *plugin);
  return plugin;
}

Result<const PluginDescriptor*> PluginLoader::load(const std::string& name, std::uint8_t kinds) {
  auto plugin = load(name);
  if (!plugin.ok() || (kindsOf(**plugin) & kinds) == kinds) return plugin;
  return Status(StatusCode::NotSupported, describeWrongKind(**plugin, kinds, pluginsOf(kinds)));
}

std::vector<PluginLoader::Found> PluginLoader::list() {
  std::vector<Found> all;
  for (const std::string& name : findNames(dirs_)) {
    Found found;
    found.name = name;
    if (!findBuiltin(name)) found.file = findFile(dirs_, name).string();
    const auto plugin = load(name);
    if (plugin.ok()) {
      found.descriptor = *plugin;
    } else {
      found.status = plugin.status();
    }
    all.push_back(std::move(found));
  }
  return all;
}

std::vector<std::string> PluginLoader::pluginsOf(std::uint8_t kinds) {
  std::vector<std::string> names;
  for (const Found& found : list()) {
    if (found.descriptor && (kindsOf(*found.descriptor) & kinds) == kinds) names.push_back(found.name);
  }
  return names;
}

Result<std::unique_ptr<Store>> PluginLoader::makeStore(const std::string& plugin, const Options& options,
                                                       const PluginContext& context) {
  return make<GuardedStore>(load(plugin, kStorePlugin), "makeStore", &PluginDescriptor::makeStore, options, context,
                            observer_);
}

Result<std::unique_ptr<Sender>> PluginLoader::makeSender(const std::string& plugin, const Options& options,
                                                         const PluginContext& context) {
  return make<GuardedSender>(load(plugin, kSenderPlugin), "makeSender", &PluginDescriptor::makeSender, options, context,
                             observer_);
}

Result<std::unique_ptr<Receiver>> PluginLoader::makeReceiver(const std::string& plugin, const Options& options,
                                                             const PluginContext& context) {
  return make<GuardedReceiver>(load(plugin, kReceiverPlugin), "makeReceiver", &PluginDescriptor::makeReceiver, options,
                               context, observer_);
}

Result<std::unique_ptr<SchemaValidator>> PluginLoader::makeValidator(const std::string& plugin, const Options& options,
                                                                     const PluginContext& context) {
  return make<GuardedValidator>(load(plugin, kValidatorPlugin), "makeValidator", &PluginDescriptor::makeValidator,
                                options, context, observer_);
}

}  // namespace xray
