#pragma once
// Pipeline 1, package-search: retrieve, filter, rank, select, over real packages. Planted: a ranker that becomes four
// times slower, and a filter that begins to drop nearly everything.

#include <string>
#include <vector>

#include "simulate/catalogue_search.h"
#include "simulate/day.h"

namespace simulate {

inline constexpr const char* kSearchPipeline = "package-search";

struct SearchRun {
  xray::Timestamp start;
  std::string request;  // names the run, in its metadata
  const SearchOutcome* outcome = nullptr;
  xray::Microseconds retrieving, filtering, ranking, selecting;  // each; filtering: by each filter
};

/// The queries among a fixed list that leave the filter by size enough to choose from, and that no other filter drops
/// most candidates of.
std::vector<std::string> usableQueries(const CatalogueSearch& search);

/// One outcome of each usable query, before and after the filter became narrow.
struct SearchOutcomes {
  std::vector<const SearchOutcome*> usual, narrow;
};
std::vector<SearchRun> planSearches(const Day& day, const SearchOutcomes& outcomes, Dice dice);

/// True from the hour on at which the filter by size drops nearly everything.
inline bool filterIsNarrow(const Day& day, xray::Timestamp at) {
  return at >= day.midnight + kFilterIsNarrowFrom;
}
inline bool rankerIsSlow(const Day& day, xray::Timestamp at) {
  return at >= day.midnight + kRankerIsSlowFrom;
}

}  // namespace simulate
