#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace xray::test {

/// A store to put to the test: its plugin's name and options.
struct StoreCase {
  std::string plugin;
  /// As in a configuration file; `{dir}` stands for an empty directory of the test.
  std::vector<std::pair<std::string, std::string>> options;
  /// What it took is there after close and open.
  bool durable = true;
};

const std::vector<StoreCase>& storeCases();

inline void PrintTo(const StoreCase& store, std::ostream* out) {
  *out << store.plugin;
}

}  // namespace xray::test
