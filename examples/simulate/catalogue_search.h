#pragma once
// The work of the search pipeline on a real catalogue of packages, without its recording.

#include <cstddef>
#include <string>
#include <vector>

#include "package_picker/dependency_graph.h"
#include "package_picker/package.h"
#include "package_picker/text_index.h"

namespace simulate {

struct FilterOutcome {
  std::string name;
  std::string rule;
  std::size_t before = 0;
  std::size_t after = 0;
  double percentageEliminated = 0;
};

struct SearchOutcome {
  std::string query;
  std::size_t matching = 0;  // packages that have one of the words
  std::size_t retrieved = 0;
  std::vector<FilterOutcome> filters;  // kind, dependencies, installed-size
  std::vector<std::string> selected;   // the best first
};

/// Answers queries by retrieving, filtering, ranking and selecting. Borrows the catalogue. One thread at a time.
class CatalogueSearch {
 public:
  explicit CatalogueSearch(const picker::Catalogue& catalogue);

  static constexpr std::size_t kRetrieved = 300;  // at most, by text
  static constexpr std::size_t kSelected = 3;     // at most

  /// `sizeDrops` is the share of candidates that the filter by installed size drops, the largest first. It leaves at
  /// least one, where it is given one.
  SearchOutcome search(const std::string& query, double sizeDrops) const;

 private:
  struct Work;

  const picker::Catalogue& catalogue_;
  picker::TextIndex index_;
  picker::DependencyGraph graph_;
};

}  // namespace simulate
