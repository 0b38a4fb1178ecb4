#include "dependency_graph.h"

#include <algorithm>
#include <unordered_set>

namespace picker {

DependencyGraph::DependencyGraph(std::span<const Package> packages) : packages_(packages) {
  for (std::uint32_t i = 0; i < packages.size(); ++i) {
    byName_.emplace(packages[i].name, i);
    for (const auto& name : packages[i].provides) providers_.emplace(name, i);
  }
}

const Package* DependencyGraph::find(const std::string& name) const {
  if (const auto found = byName_.find(name); found != byName_.end()) return &packages_[found->second];
  if (const auto found = providers_.find(name); found != providers_.end()) return &packages_[found->second];
  return nullptr;
}

std::vector<std::string> DependencyGraph::pathTo(const Package& package, const Matcher& matches) const {
  struct Visit {
    const Package* package;
    std::size_t from;  // position of the visit that led here
  };
  std::vector<Visit> visits = {{&package, 0}};  // breadth first, so the first way found is a shortest one
  std::unordered_set<const Package*> seen = {&package};

  const auto pathThrough = [&](std::size_t visit, const std::string& last) {
    std::vector<std::string> path = {last};
    for (; visit != 0; visit = visits[visit].from) path.push_back(visits[visit].package->name);
    std::reverse(path.begin(), path.end());
    return path;
  };

  for (std::size_t at = 0; at < visits.size(); ++at) {
    for (const auto& alternatives : visits[at].package->depends) {
      const Package* next = nullptr;
      for (const auto& name : alternatives) {
        next = find(name);
        if (next) break;
      }
      const std::string& name = next ? next->name : alternatives.front();
      if (matches(name)) return pathThrough(at, name);
      if (next && seen.insert(next).second) visits.push_back({next, at});
    }
  }
  return {};
}

}  // namespace picker
