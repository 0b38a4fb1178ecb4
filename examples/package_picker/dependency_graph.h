#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "package.h"

namespace picker {

/// Who needs whom, as apt would install it: of alternatives the first that exists, of a virtual package its first
/// provider. Borrows the packages. Immutable.
class DependencyGraph {
 public:
  explicit DependencyGraph(std::span<const Package> packages);

  using Matcher = std::function<bool(std::string_view name)>;
  /// A shortest way from the package to a dependency, direct or indirect, that matches: {"libgtk-3-0", "libx11-6"};
  /// empty when there is none. The package itself is not asked.
  std::vector<std::string> pathTo(const Package& package, const Matcher& matches) const;

 private:
  const Package* find(const std::string& name) const;

  std::span<const Package> packages_;
  std::unordered_map<std::string, std::uint32_t> byName_;
  std::unordered_map<std::string, std::uint32_t> providers_;
};

}  // namespace picker
