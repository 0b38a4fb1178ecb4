#pragma once
// Everything that one call of xray-simulate records, decided before the first event. The pipelines record what stands
// here and the answers count what stands here, so that the two cannot differ.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulate/agent_plan.h"
#include "simulate/catalogue_search.h"
#include "simulate/etl_plan.h"
#include "simulate/fraud_plan.h"
#include "simulate/search_plan.h"
#include "xray/status.h"

namespace simulate {

struct PlanOptions {
  Day day;
  std::uint64_t seed = 1;
};

/// Immutable once made; owns what its runs refer to.
struct Plan {
  PlanOptions options;
  std::string items;                                                   // where the packages came from, for people
  std::map<std::string, SearchOutcome> usualOutcomes, narrowOutcomes;  // by query
  std::vector<SearchRun> searches;
  std::vector<AgentRun> tickets;
  std::vector<EtlRun> jobs;
  std::vector<FraudRun> payments;
};

///   InvalidArgument  the catalogue is too small for the searches
xray::Result<Plan> makePlan(const PlanOptions& options, const picker::Catalogue& catalogue);

}  // namespace simulate
