#include "simulate/search_plan.h"

#include <algorithm>

namespace simulate {
namespace {

using std::chrono::milliseconds;

/// The last three find enough among the packages of a small machine too.
const std::vector<std::string> kQueries = {"image viewer",
                                           "text editor",
                                           "mail client",
                                           "music player",
                                           "web server",
                                           "spell checker",
                                           "password store",
                                           "disk usage",
                                           "shared library",
                                           "tools and utilities for the system",
                                           "programs and utilities to manage files, text and the system"};

/// So that 97 % of whole packages are at least 96 %.
constexpr std::size_t kLeastCandidates = 25;
constexpr double kUsualMost = 80;  // percent

}  // namespace

std::vector<std::string> usableQueries(const CatalogueSearch& search) {
  std::vector<std::string> usable;
  for (const std::string& query : kQueries) {
    const SearchOutcome outcome = search.search(query, kUsualFilterDrops);
    const bool moderate = std::ranges::all_of(
        outcome.filters, [](const FilterOutcome& filter) { return filter.percentageEliminated <= kUsualMost; });
    if (moderate && !outcome.filters.empty() && outcome.filters.back().before >= kLeastCandidates)
      usable.push_back(query);
  }
  return usable;
}

std::vector<SearchRun> planSearches(const Day& day, const SearchOutcomes& outcomes, Dice dice) {
  std::vector<SearchRun> runs;
  for (std::size_t i = 0; i < day.runs; ++i) {
    SearchRun run;
    run.start = day.startOf(i, dice);
    run.request = numbered("request", i);
    run.outcome = dice.pick(filterIsNarrow(day, run.start) ? outcomes.narrow : outcomes.usual);
    run.retrieving = dice.about(milliseconds(22));
    run.filtering = dice.about(milliseconds(3));
    run.ranking = dice.about(milliseconds(120)) * (rankerIsSlow(day, run.start) ? kRankerSlowdown : 1);
    run.selecting = dice.about(milliseconds(1));
    runs.push_back(run);
  }
  return runs;
}

}  // namespace simulate
