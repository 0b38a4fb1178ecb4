#pragma once
// What someone who looks after pipelines asks the analysis, without knowing what is wrong. Each question is about all
// pipelines and the whole day; what it finds is everything that stands out.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "e2e/backend.h"

namespace e2e {

/// The values of a row's groups, in their order; null as "null".
using GroupNames = std::vector<std::string>;

/// A median that is at least three times that of the bucket before, or at most a third of it.
struct LatencyJump {
  GroupNames group;  // pipeline, step type, name
  std::string since;
  double before = 0, after = 0;  // p50 in ms
};
std::vector<LatencyJump> latencyJumps(const Backend& backend);

/// The hours, by their start, in which a filter dropped more than 90 % in the median.
struct NarrowFilter {
  std::vector<std::string> hours;
  double leastMedian = 100;
};
/// By pipeline and name. `midnight` is the day's begin, RFC 3339.
std::map<GroupNames, NarrowFilter> narrowFilters(const Backend& backend, const std::string& midnight);

/// Runs by status in each pipeline's hours: [{pipeline, status}][bucket].
std::map<GroupNames, std::map<std::string, int>> runsByStatus(const Backend& backend);

/// Where runs of a pipeline go over to another version of the schema: [pipeline] the hours in which the newest version
/// is a higher one than an hour before.
std::map<std::string, std::vector<std::string>> versionChanges(const Backend& backend);

/// GET of an analysis whose rows must be complete; throws std::runtime_error when they are truncated.
std::vector<Json> rowsOf(const Backend& backend, const std::string& pathAndQuery);

/// A member of a row as text.
std::string textOf(const Json& row, const std::string& member);

/// A text for the value of a query's parameter.
std::string encoded(const std::string& text);

/// `hours` after a time, as RFC 3339.
std::string hoursAfter(const std::string& time, int hours);

}  // namespace e2e
