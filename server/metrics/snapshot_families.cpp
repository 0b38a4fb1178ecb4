#include "server/metrics/snapshot_families.h"

namespace xray::server {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

/// Families one after the other: each value belongs to the family that was begun last.
class FamilyList {
 public:
  FamilyList& counter(const char* name, const char* help) { return begin(name, help, prometheus::MetricType::Counter); }
  FamilyList& gauge(const char* name, const char* help) { return begin(name, help, prometheus::MetricType::Gauge); }

  template <typename Number>
  FamilyList& value(Number number, Labels labels = {}) {
    prometheus::ClientMetric& metric = families_.back().metric.emplace_back();
    metric.label = std::move(labels);
    // The serializer reads the member of the family's type.
    metric.counter.value = metric.gauge.value = static_cast<double>(number);
    return *this;
  }

  std::vector<prometheus::MetricFamily> take() { return std::move(families_); }

 private:
  FamilyList& begin(const char* name, const char* help, prometheus::MetricType type) {
    families_.push_back({name, help, type, {}});
    return *this;
  }

  std::vector<prometheus::MetricFamily> families_;
};

void addIngest(FamilyList& list, const MetricsSnapshot& snapshot) {
  const IngestCounters& ingest = snapshot.ingest;
  list.counter("xray_ingest_events_total", "Events by what became of them")
      .value(ingest.accepted, {{"outcome", "accepted"}})
      .value(ingest.duplicates, {{"outcome", "duplicate"}})
      .value(ingest.rejected, {{"outcome", "rejected"}});
  list.counter("xray_ingest_rejected_events_total", "Rejected events by code");
  for (std::size_t i = 0; i < kRejectCodes; ++i) {
    list.value(ingest.rejectedBy[i], {{"code", std::string(toString(static_cast<RejectCode>(i)))}});
  }
  list.counter("xray_ingest_refused_batches_total", "Batches refused whole, of which nothing was stored")
      .value(ingest.overloadedBatches, {{"reason", "overloaded"}})
      .value(ingest.unreadableBatches, {{"reason", "unreadable"}});
  list.counter("xray_ingest_commits_total", "Appends that store a group of batches, by outcome")
      .value(ingest.commits, {{"outcome", "stored"}})
      .value(ingest.failedCommits, {{"outcome", "failed"}});
  list.gauge("xray_ingest_queue_bytes", "Bytes of batches between a receiver and the store")
      .value(snapshot.queue.bytes);
  list.gauge("xray_ingest_queue_batches", "Batches between a receiver and the store").value(snapshot.queue.batches);
  list.gauge("xray_ingest_queue_capacity_bytes", "More bytes than this are refused as overload")
      .value(snapshot.queueCapacityBytes);
}

void addBacklogs(FamilyList& list, const MetricsSnapshot& snapshot) {
  if (snapshot.backlogs.empty()) return;
  using ReceiverBacklog = MetricsSnapshot::ReceiverBacklog;
  const auto labels = [](const ReceiverBacklog& receiver) {
    return Labels{{"receiver", std::to_string(receiver.index)}, {"plugin", receiver.plugin}};
  };
  const auto labelsWith = [&labels](const ReceiverBacklog& receiver, const char* state) {
    Labels all = labels(receiver);
    all.push_back({"state", state});
    return all;
  };
  list.gauge("xray_receiver_backlog_bytes", "Bytes that wait on a wire; open ones are still written by a sender");
  for (const ReceiverBacklog& receiver : snapshot.backlogs) {
    list.value(receiver.backlog.bytes, labelsWith(receiver, "ready"));
    list.value(receiver.backlog.openBytes, labelsWith(receiver, "open"));
  }
  list.counter("xray_receiver_set_aside_total", "Damaged pieces and batches that were refused for good");
  for (const ReceiverBacklog& receiver : snapshot.backlogs) list.value(receiver.backlog.setAside, labels(receiver));
}

void addApi(FamilyList& list, const MetricsSnapshot& snapshot) {
  list.gauge("xray_queries_waiting", "Queries that wait for a thread").value(snapshot.waitingQueries);
  list.counter("xray_queries_refused_total", "Queries that found no room to wait").value(snapshot.refusedQueries);
  list.gauge("xray_api_connections", "Open connections of the read API").value(snapshot.api.connectionsOpen);
  list.counter("xray_api_connections_refused_total", "Connections over the limit")
      .value(snapshot.api.connectionsRefused);
  list.counter("xray_api_bad_requests_total", "Messages that were no HTTP request that could be answered")
      .value(snapshot.api.badRequests);
}

}  // namespace

std::vector<prometheus::MetricFamily> snapshotFamilies(const MetricsSnapshot& snapshot) {
  FamilyList list;
  list.gauge("xray_build_info", "Always 1; the labels tell what runs")
      .value(1, {{"version", XRAY_VERSION}, {"compiler", "gcc " __VERSION__}, {"store", snapshot.storePlugin}});
  addIngest(list, snapshot);
  addBacklogs(list, snapshot);
  addApi(list, snapshot);
  return list.take();
}

}  // namespace xray::server
