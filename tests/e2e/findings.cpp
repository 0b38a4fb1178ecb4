#include "e2e/findings.h"

#include <Poco/URI.h>

#include <algorithm>
#include <stdexcept>

#include "xray/time.h"

namespace e2e {
namespace {

GroupNames groupOf(const Json& row, const GroupNames& members) {
  GroupNames group;
  for (const std::string& member : members) group.push_back(textOf(row, member));
  return group;
}

}  // namespace

std::string textOf(const Json& row, const std::string& member) {
  return row->isNull(member) ? "null" : row->get(member).toString();
}

std::string encoded(const std::string& text) {
  std::string out;
  Poco::URI::encode(text, "!?#/'\",;:$&()[]*+=@", out);
  return out;
}

std::string hoursAfter(const std::string& time, int hours) {
  return xray::formatTimestamp(xray::parseTimestamp(time).value() + std::chrono::hours(hours));
}

std::vector<Json> rowsOf(const Backend& backend, const std::string& path) {
  const Json answer = backend.get(path);
  if (answer->getValue<bool>("truncated")) throw std::runtime_error(path + ": truncated");
  std::vector<Json> rows;
  for (const auto& row : *answer->getArray("rows")) rows.push_back(row.extract<Json>());
  return rows;
}

std::vector<LatencyJump> latencyJumps(const Backend& backend) {
  std::map<GroupNames, std::map<std::string, double>> medians;
  for (const Json& row : rowsOf(backend, "/v1/analysis/latency?group_by=run.pipeline,step_type,name&interval=1h")) {
    medians[groupOf(row, {"run.pipeline", "step_type", "name"})][textOf(row, "bucket")] =
        row->getValue<double>("p50_ms");
  }
  std::vector<LatencyJump> jumps;
  for (const auto& [group, buckets] : medians) {
    for (auto bucket = std::next(buckets.begin()); bucket != buckets.end(); ++bucket) {
      const double before = std::prev(bucket)->second, after = bucket->second;
      if (after >= 3 * before || before >= 3 * after) jumps.push_back({group, bucket->first, before, after});
    }
  }
  return jumps;
}

std::map<GroupNames, NarrowFilter> narrowFilters(const Backend& backend, const std::string& midnight) {
  std::map<GroupNames, NarrowFilter> narrow;
  for (int hour = 0; hour < 24; ++hour) {
    const std::string begin = hoursAfter(midnight, hour);
    const std::string filter =
        "step_type = filter AND started_at >= " + begin + " AND started_at < " + hoursAfter(begin, 1);
    for (const Json& row : rowsOf(backend,
                                  "/v1/analysis/values?field=reasoning.percentage_eliminated&group_by="
                                  "run.pipeline,name&filter=" +
                                      encoded(filter))) {
      const auto median = row->getValue<double>("p50");
      if (median <= 90) continue;
      NarrowFilter& found = narrow[groupOf(row, {"run.pipeline", "name"})];
      found.hours.push_back(begin);
      found.leastMedian = std::min(found.leastMedian, median);
    }
  }
  return narrow;
}

std::map<GroupNames, std::map<std::string, int>> runsByStatus(const Backend& backend) {
  std::map<GroupNames, std::map<std::string, int>> counts;
  for (const Json& row : rowsOf(backend, "/v1/analysis/counts?of=runs&group_by=pipeline,status&interval=1h")) {
    counts[groupOf(row, {"pipeline", "status"})][textOf(row, "bucket")] = row->getValue<int>("count");
  }
  return counts;
}

std::map<std::string, std::vector<std::string>> versionChanges(const Backend& backend) {
  std::map<std::string, std::map<std::string, int>> newest;
  for (const Json& row : rowsOf(backend, "/v1/analysis/counts?of=runs&group_by=pipeline,schema.version&interval=1h")) {
    int& version = newest[textOf(row, "pipeline")][textOf(row, "bucket")];
    version = std::max(version, row->getValue<int>("schema.version"));
  }
  std::map<std::string, std::vector<std::string>> changes;
  for (const auto& [pipeline, buckets] : newest) {
    for (auto bucket = std::next(buckets.begin()); bucket != buckets.end(); ++bucket) {
      if (bucket->second != std::prev(bucket)->second) changes[pipeline].push_back(bucket->first);
    }
  }
  return changes;
}

}  // namespace e2e
