#pragma once
// The analysis of query.md section 3, said once and plainly: every store's is compared with this.

#include <map>

#include "memory/run_facts.h"
#include "xray/analysis.h"

namespace xray::memory {

using Runs = std::map<Id, RunFacts>;

/// Each fails as reads do: DeadlineExceeded once the context's deadline is over.
Result<Analysis<LatencyRow>> latency(const Runs& runs, const GroupQuery& query, const ReadContext& context);
Result<Analysis<CountRow>> stepCounts(const Runs& runs, const GroupQuery& query, const ReadContext& context);
Result<Analysis<CountRow>> runCounts(const Runs& runs, const GroupQuery& query, const ReadContext& context);
Result<Analysis<ValuesRow>> values(const Runs& runs, const ValuesQuery& query, const ReadContext& context);
Result<Analysis<FailureRow>> failures(const Runs& runs, const FailuresQuery& query, const ReadContext& context);

}  // namespace xray::memory
