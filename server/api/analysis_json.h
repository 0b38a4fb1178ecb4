#pragma once
// The rows of query.md section 3 as JSON.

#include <string>
#include <vector>

#include "xray/analysis.h"

namespace xray::server {

/// `{"rows": […], "truncated": …}`; each row begins with a member for each of `keys`, then `bucket` where `buckets` is
/// set.
std::string analysisJson(const Analysis<LatencyRow>& answer, const std::vector<AnalysisField>& keys, bool buckets);
std::string analysisJson(const Analysis<CountRow>& answer, const std::vector<AnalysisField>& keys, bool buckets);
std::string analysisJson(const Analysis<ValuesRow>& answer, const std::vector<AnalysisField>& keys);
std::string analysisJson(const Analysis<FailureRow>& answer, const std::vector<FailureKey>& keys);

}  // namespace xray::server
