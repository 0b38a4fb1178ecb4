#include "server/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "server/metrics/snapshot_families.h"

namespace xray::server {
namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// In seconds: an append of a local store at one end, the default query timeout at the other.
const prometheus::Histogram::BucketBoundaries& buckets() {
  static const prometheus::Histogram::BucketBoundaries kBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                                   0.25,   0.5,   1,      2.5,   5,    10,    30};
  return kBuckets;
}

}  // namespace

class Metrics::Impl {
 public:
  prometheus::Registry registry;
  prometheus::Family<prometheus::Histogram>& queryTime =
      prometheus::BuildHistogram()
          .Name("xray_query_duration_seconds")
          .Help(
              "Time from the arrival of a request to its answer, waiting for a thread included; of exports, to the "
              "first page")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& queries = prometheus::BuildCounter()
                                                         .Name("xray_queries_total")
                                                         .Help("Answers of the read API by endpoint and HTTP status")
                                                         .Register(registry);
  prometheus::Histogram& appendTime = prometheus::BuildHistogram()
                                          .Name("xray_store_append_duration_seconds")
                                          .Help("Time of the store's appends, failed ones included")
                                          .Register(registry)
                                          .Add({}, buckets());
  prometheus::Family<prometheus::Histogram>& callTime =
      prometheus::BuildHistogram()
          .Name("xray_plugin_call_duration_seconds")
          .Help("Calls into plugins and their time; checks of single steps are not timed")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& callErrors = prometheus::BuildCounter()
                                                            .Name("xray_plugin_call_errors_total")
                                                            .Help("Calls into plugins that failed, by status code")
                                                            .Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::called(const std::string& plugin, const char* call, StatusCode outcome, std::chrono::nanoseconds took) {
  const std::string_view name = call;
  if (name != "check") impl_->callTime.Add({{"plugin", plugin}, {"call", call}}, buckets()).Observe(seconds(took));
  if (name == "append") impl_->appendTime.Observe(seconds(took));
  if (outcome == StatusCode::Ok || outcome == StatusCode::NotSupported) return;
  impl_->callErrors.Add({{"plugin", plugin}, {"call", call}, {"code", std::string(toString(outcome))}}).Increment();
}

void Metrics::answered(std::string_view endpoint, int status, std::chrono::nanoseconds took) {
  impl_->queryTime.Add({{"endpoint", std::string(endpoint)}}, buckets()).Observe(seconds(took));
  impl_->queries.Add({{"endpoint", std::string(endpoint)}, {"status", std::to_string(status)}}).Increment();
}

std::string Metrics::text(const MetricsSnapshot& snapshot) const {
  std::vector<prometheus::MetricFamily> families = snapshotFamilies(snapshot);
  for (prometheus::MetricFamily& family : impl_->registry.Collect()) {
    if (!family.metric.empty()) families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace xray::server
