#include <map>
#include <set>
#include <utility>

#include "config/config_impl.h"
#include "config/environment.h"
#include "xray/text.h"

namespace xray {
namespace {

class Scanner {
 public:
  explicit Scanner(ConfigFile::Impl& file) : file_(file) {}

  // The parser lets no more than 500 levels through.
  void scan(const YAML::Node& node, const std::string& path) {
    if (node.IsScalar()) {
      for (const std::string& problem : expandEnvironment(node.Scalar()).problems) {
        file_.add(node.Mark(), path, problem);
      }
      return;
    }
    if (!node.IsMap() && !node.IsSequence()) return;
    // Aliases make the tree a graph with exponentially many ways through it: each container is looked at once.
    if (!seen_.insert({node.Mark().pos, node.IsMap()}).second) return;
    if (node.IsMap()) {
      scanMapping(node, path);
    } else {
      for (std::size_t i = 0; i < node.size(); ++i) scan(node[i], path + "[" + std::to_string(i) + "]");
    }
  }

 private:
  void scanMapping(const YAML::Node& node, const std::string& path) {
    std::map<std::string, int> lines;
    for (const auto& member : node) {
      const YAML::Node& key = member.first;
      if (!key.IsScalar()) {
        file_.add(key.Mark().is_null() ? node.Mark() : key.Mark(), path,
                  "a name must be a text, not " + describeNode(key));
        continue;
      }
      const auto [first, isNew] = lines.emplace(key.Scalar(), key.Mark().line + 1);
      if (!isNew) {
        file_.add(key.Mark(), path,
                  quoted(key.Scalar()) + " is given twice; the first is in line " + std::to_string(first->second));
      }
      scan(member.second, joinPath(path, key.Scalar()));
    }
  }

  ConfigFile::Impl& file_;
  std::set<std::pair<int, bool>> seen_;  // position, is a mapping
};

}  // namespace

std::optional<ConfigMember> findMember(const YAML::Node& node, const std::string& name) {
  if (!node.IsMap()) return std::nullopt;
  for (const auto& member : node) {
    if (member.first.IsScalar() && member.first.Scalar() == name) return ConfigMember{member.first, member.second};
  }
  return std::nullopt;
}

std::string describeNode(const YAML::Node& node) {
  if (node.IsMap()) return "a mapping";
  if (node.IsSequence()) return "a list";
  return node.IsNull() ? "empty" : "a text";
}

std::string joinPath(const std::string& path, const std::string& member) {
  return path.empty() ? member : path + "." + member;
}

void scanTree(ConfigFile::Impl& file) {
  Scanner(file).scan(file.root, "");
}

}  // namespace xray
