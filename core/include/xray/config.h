#pragma once
// YAML configuration files: read once, checked against option tables, every problem reported with its place.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "xray/options.h"
#include "xray/plugin_loader.h"
#include "xray/status.h"

namespace xray {

/// A plugin chosen in a file: `{plugin: NAME, options: {…}}`, options checked against the plugin's table.
struct PluginChoice {
  std::string plugin;
  Options options;
};

/// A mapping in a configuration file. Methods record problems in the file and return defaults, so that one run reports
/// everything. A view: lives no longer than its ConfigFile. One thread at a time.
class ConfigSection {
 public:
  /// False when the file does not have it (reads then give defaults, and required options are problems).
  bool present() const;

  /// Reports every member that is not one of `names`, with the nearest.
  void allowOnly(std::span<const std::string> names);

  /// The options of a table that stand directly in this section. `also` names further members that are not options
  /// (sub-sections); all others are unknown.
  Options options(std::span<const OptionSpec> table, std::span<const std::string> also = {});

  ConfigSection child(const std::string& name);
  /// The mappings of a sequence; one mapping counts as a sequence of one. Not there: empty.
  std::vector<ConfigSection> list(const std::string& name);

  /// This section as `{plugin, options}`: loads the plugin, checks that it is of each of `kinds` (bits of PluginKinds)
  /// and its options against the rows of its table that belong to one of them. `also`: further members that belong to
  /// the caller. Nothing when a problem was recorded.
  std::optional<PluginChoice> plugin(PluginLoader& loader, std::uint8_t kinds, const std::string& fallback = "",
                                     std::span<const std::string> also = {});

  /// Records a problem at this section: `file:line:column: path: message`.
  void problem(const std::string& message);
  /// The same at one of its members (its key), or at the section where it has no such member.
  void problemAt(const std::string& member, const std::string& message);

  struct Impl;
  explicit ConfigSection(std::shared_ptr<Impl> impl);

 private:
  std::shared_ptr<Impl> impl_;
};

/// A configuration file. `${VAR}` and `${VAR:-default}` in scalars are replaced from the environment (`$$` is a `$`);
/// an unset variable without default is a problem.
class ConfigFile {
 public:
  /// Reads a file. A missing, unreadable, empty or malformed one gives a file with that problem (and an empty root).
  static ConfigFile load(const std::filesystem::path& path);
  /// The same from text, for tests; `name` stands in messages.
  static ConfigFile parse(const std::string& text, const std::string& name);

  ConfigSection root();

  /// All problems so far, in the order of the file: `xray.yaml:14:7: store.postgres: unknown option "pool_sizes"; did
  /// you mean "pool_size"? (options: dsn, pool_size)`.
  std::vector<std::string> problems() const;
  /// Ok, or InvalidArgument with the problems, one a line.
  Status status() const;

  struct Impl;

 private:
  explicit ConfigFile(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

/// One section of a kind of file with its own options, for reference pages and for tests of the shipped files.
struct ConfigTable {
  const char* section;  // "": options at the top of the file
  std::span<const OptionSpec> options;
};

/// Reads one option's text by its row; the message says what is allowed.
Result<OptionValue> parseOption(const OptionSpec& spec, const std::string& text);

}  // namespace xray
