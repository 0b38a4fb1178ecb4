#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace picker {

/// What the picker knows of one Debian package.
struct Package {
  std::string name{};
  std::string version{};
  std::string section{};  // without the archive area: "games", not "contrib/games"
  std::string priority{};
  std::string description{};  // the first line
  std::int64_t installedKib = 0;
  std::vector<std::vector<std::string>> depends{};  // each entry: alternatives, names only
  std::vector<std::string> provides{};
  std::vector<std::string> tags{};  // "interface::commandline"

  bool hasTag(const std::string& tag) const;
};

/// The packages to choose from, and where they came from (for people).
struct Catalogue {
  std::vector<Package> packages;
  std::string source;
};

}  // namespace picker
