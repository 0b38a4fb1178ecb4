#include "simulate/catalogue_search.h"

#include <algorithm>
#include <cmath>

#include "package_picker/ranking.h"
#include "package_picker/rules.h"
#include "package_picker/wish.h"

namespace simulate {

using picker::Hit;
using picker::Package;

/// The candidates on their way through the filters.
struct CatalogueSearch::Work {
  const std::vector<Package>& packages;
  std::vector<Hit> hits;
  SearchOutcome outcome;

  void filtered(const std::string& name, const std::string& rule, std::size_t before) {
    outcome.filters.push_back({name, rule, before, hits.size(), picker::percentage(before - hits.size(), before)});
  }

  void apply(const picker::Rule& rule) {
    const std::size_t before = hits.size();
    std::erase_if(hits, [&](const Hit& hit) { return rule.objection(packages[hit.package]).has_value(); });
    filtered(rule.name, rule.text, before);
  }

  /// Drops the share of candidates that are largest by `measure`, all but one at most.
  template <typename Measure>
  void dropLargest(const std::string& name, const std::string& what, double share, Measure measure) {
    const std::size_t before = hits.size();
    std::ranges::stable_sort(hits, {}, [&](const Hit& hit) { return measure(packages[hit.package]); });
    const auto drop = static_cast<std::size_t>(std::llround(share * static_cast<double>(before)));
    hits.resize(before - std::min(drop, before > 0 ? before - 1 : 0));
    filtered(name, what + ": without the largest " + std::to_string(std::lround(share * 100)) + " %", before);
  }
};

CatalogueSearch::CatalogueSearch(const picker::Catalogue& catalogue)
    : catalogue_(catalogue), index_(catalogue.packages), graph_(catalogue.packages) {}

SearchOutcome CatalogueSearch::search(const std::string& query, double sizeDrops) const {
  Work work{catalogue_.packages, {}, {}};
  SearchOutcome& outcome = work.outcome;
  outcome.query = query;
  const auto wish = picker::parseWish(query);
  if (!wish) return outcome;
  outcome.matching = index_.countMatching(wish->terms);
  work.hits = index_.search(wish->terms, kRetrieved);
  outcome.retrieved = work.hits.size();
  for (const picker::Rule& rule : picker::rulesFor(*wish, graph_)) work.apply(rule);
  work.dropLargest("dependencies", "number of dependencies", 0.3, [](const Package& p) { return p.depends.size(); });
  work.dropLargest("installed-size", "installed size", sizeDrops, [](const Package& p) { return p.installedKib; });
  auto scored = picker::scoreText(work.hits, *wish);
  picker::applyPriors(scored, catalogue_.packages, *wish);
  for (std::size_t i = 0; i < std::min(kSelected, scored.size()); ++i) {
    outcome.selected.push_back(catalogue_.packages[scored[i].package].name);
  }
  return outcome;
}

}  // namespace simulate
