#pragma once
// What lies behind ConfigFile and ConfigSection.

#include <yaml-cpp/yaml.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "xray/config.h"

namespace xray {

struct ConfigFile::Impl {
  struct Problem {
    int line = -1;  // from 0; -1: about the whole file
    int column = -1;
    std::string text;
  };

  std::string name;
  YAML::Node root;
  bool unusable = false;  // the file itself is the problem: what its sections lack is not worth a word
  std::vector<Problem> problems;
  std::set<int> unknownMembers;  // positions of those recorded: a section may be read in several parts
  std::size_t reported = 0;      // how often add() was called, repetitions included

  /// Records `name:line:column: path: message`, once.
  void add(const YAML::Mark& mark, const std::string& path, const std::string& message);
  /// Records the one problem of a file that gives nothing to look into.
  void reject(const std::string& text);
};

struct ConfigSection::Impl {
  std::shared_ptr<ConfigFile::Impl> file;
  YAML::Node node;  // a mapping when it has members
  std::string path;
  YAML::Mark mark;  // of the section's key, list item, or the file's first character
  bool present = false;
  bool malformed = false;  // no mapping, which is recorded: what it lacks is not worth a word
};

/// A key of a mapping with its value.
struct ConfigMember {
  YAML::Node key;
  YAML::Node value;

  /// Where a problem of the value is shown: at the value, or at the key of an empty one.
  YAML::Mark mark() const { return value.IsNull() ? key.Mark() : value.Mark(); }
};

/// The first member of that name; nothing when there is none or `node` is no mapping.
std::optional<ConfigMember> findMember(const YAML::Node& node, const std::string& name);

/// "a list", "a mapping", "empty", "a text": to follow "not ".
std::string describeNode(const YAML::Node& node);

/// `store` + `options` = `store.options`.
std::string joinPath(const std::string& path, const std::string& member);

/// Looks through the whole tree once and records what is wrong wherever it stands: duplicate and non-text keys,
/// variables that are not set.
void scanTree(ConfigFile::Impl& file);

}  // namespace xray
