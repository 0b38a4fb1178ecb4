#include "ranking.h"

#include <algorithm>
#include <cmath>

namespace picker {
namespace {

double nameMatch(const Package& package, const Wish& wish) {
  const auto nameTerms = termsOf(package.name);
  const auto matched = std::count_if(wish.terms.begin(), wish.terms.end(), [&](const auto& term) {
    return std::find(nameTerms.begin(), nameTerms.end(), term) != nameTerms.end();
  });
  return static_cast<double>(matched) / static_cast<double>(wish.terms.size());
}

/// Falls by a half for each tenfold size above 100 KiB.
double smallness(std::int64_t kib) {
  return std::pow(0.5, std::max(0.0, std::log10(static_cast<double>(std::max<std::int64_t>(kib, 1)) / 100)));
}

}  // namespace

std::vector<Scored> scoreText(std::span<const Hit> hits, const Wish& wish) {
  double best = 0;
  for (const auto& hit : hits) best = std::max(best, hit.score);
  std::vector<Scored> scored;
  for (const auto& hit : hits) {
    Scored candidate;
    candidate.package = hit.package;
    candidate.relevance = hit.score / best;
    candidate.coverage = static_cast<double>(hit.matched) / static_cast<double>(wish.terms.size());
    scored.push_back(candidate);
  }
  return scored;
}

void applyPriors(std::vector<Scored>& candidates, std::span<const Package> packages, const Wish& wish,
                 const Weights& weights) {
  for (auto& candidate : candidates) {
    const Package& package = packages[candidate.package];
    candidate.nameMatch = nameMatch(package, wish);
    candidate.program = package.hasTag("role::program") || package.priority != "optional" ? 1 : 0;
    candidate.smallness = wish.preferSmall ? smallness(package.installedKib) : 0;
    candidate.total = weights.relevance * candidate.relevance + weights.coverage * candidate.coverage +
                      weights.nameMatch * candidate.nameMatch + weights.program * candidate.program +
                      weights.smallness * candidate.smallness;
  }
  std::sort(candidates.begin(), candidates.end(), [&](const Scored& a, const Scored& b) {
    return a.total != b.total ? a.total > b.total : packages[a.package].name < packages[b.package].name;
  });
}

}  // namespace picker
