#pragma once
// Finds and loads plugins (architecture.md section 2).

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "xray/plugin.h"

namespace xray {

/// Told of every call into a plugin's objects and how it ended; for counting. Schema checks, one a step, are told only
/// when they fail.
///
/// Thread-safety: called concurrently, on the thread that made the call. Must not throw or wait.
class PluginCallObserver {
 public:
  virtual ~PluginCallObserver() = default;
  /// `call` is a literal: "append". Exceptions that were stopped count as Internal.
  virtual void called(const std::string& plugin, const char* call, StatusCode outcome,
                      std::chrono::nanoseconds took) = 0;
};

/// Loads `xray_NAME.so` from the first of some directories that has it, once, for the life of the process (never
/// unloaded). Built-in plugins (`memory`: store; `key-list`: validator) are known without a file.
///
/// What its factories return is wrapped in a guard: an exception that escapes a plugin becomes Status Internal that
/// names the plugin and the call, and is logged; it never reaches the caller.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: objects made from a plugin may outlive the loader.
class PluginLoader {
 public:
  /// `dirs` absolute (load() refuses others); empty: the default, beside the X-Ray core library: `xray/plugins` where
  /// it is installed, `../plugins` in a build tree.
  explicit PluginLoader(std::vector<std::filesystem::path> dirs = {});

  const std::vector<std::filesystem::path>& dirs() const { return dirs_; }

  /// The plugin of that bare name.
  ///   InvalidArgument  no bare name (a path, a dot, empty)
  ///   NotFound         no such file in any directory; the nearest name among those there
  ///   InvalidArgument  the file may be written by others, is no plugin, has another ABI, descriptor size, build tag or
  ///   name:
  ///                    each with its own message, naming the file
  Result<const PluginDescriptor*> load(const std::string& name);
  /// The same for a plugin that must be of each of `kinds` (bits of PluginKinds).
  ///   NotSupported  it is of another: `sqlite is a store, not a transport sender; senders here: http-transport`
  Result<const PluginDescriptor*> load(const std::string& name, std::uint8_t kinds);

  /// Every plugin found in the directories and the built-in ones by name; files that cannot be loaded with the reason.
  struct Found {
    std::string name;
    std::string file;  // empty: built in
    const PluginDescriptor* descriptor = nullptr;
    Status status;
  };
  std::vector<Found> list();
  /// Names of those that can be loaded and are of each of `kinds`.
  std::vector<std::string> pluginsOf(std::uint8_t kinds);

  /// Objects made from now on tell this of their calls; it outlives them. Not concurrently with another method.
  void observeCalls(PluginCallObserver* observer) { observer_ = observer; }

  /// Objects of a plugin, guarded. NotSupported when the plugin is not of that kind; else what the factory said.
  Result<std::unique_ptr<Store>> makeStore(const std::string& plugin, const Options& options,
                                           const PluginContext& context);
  Result<std::unique_ptr<Sender>> makeSender(const std::string& plugin, const Options& options,
                                             const PluginContext& context);
  Result<std::unique_ptr<Receiver>> makeReceiver(const std::string& plugin, const Options& options,
                                                 const PluginContext& context);
  Result<std::unique_ptr<SchemaValidator>> makeValidator(const std::string& plugin, const Options& options,
                                                         const PluginContext& context);

 private:
  std::vector<std::filesystem::path> dirs_;
  PluginCallObserver* observer_ = nullptr;
  std::mutex mu_;
  std::map<std::string, const PluginDescriptor*> loaded_;  // guarded by mu_
};

}  // namespace xray
