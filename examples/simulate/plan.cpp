#include "simulate/plan.h"

namespace simulate {

xray::Result<Plan> makePlan(const PlanOptions& options, const picker::Catalogue& catalogue) {
  Plan plan;
  plan.options = options;
  plan.items = catalogue.source;

  const CatalogueSearch search(catalogue);
  SearchOutcomes outcomes;
  for (const std::string& query : usableQueries(search)) {
    // References into a map stay what they are, also when the plan is moved.
    outcomes.usual.push_back(&(plan.usualOutcomes[query] = search.search(query, kUsualFilterDrops)));
    outcomes.narrow.push_back(&(plan.narrowOutcomes[query] = search.search(query, kNarrowFilterDrops)));
  }
  if (outcomes.usual.empty()) {
    return xray::Status(xray::StatusCode::InvalidArgument,
                        catalogue.source + ": too few packages (" + std::to_string(catalogue.packages.size()) +
                            "): no query of the search pipeline finds enough of them; name a larger list with --items");
  }
  // Each pipeline has dice of its own: a change to one leaves the others as they are.
  const std::uint64_t seed = options.seed * 4;
  plan.searches = planSearches(options.day, outcomes, Dice(seed));
  plan.tickets = planTickets(options.day, Dice(seed + 1));
  plan.jobs = planJobs(options.day, Dice(seed + 2));
  plan.payments = planPayments(options.day, Dice(seed + 3));
  return plan;
}

}  // namespace simulate
