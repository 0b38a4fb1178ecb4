#pragma once
// What the backend counts, as Prometheus reads it. docs/metrics.md lists the names.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/ingest/batch_queue.h"
#include "server/ingest/group_commit.h"
#include "xray/http/listener.h"
#include "xray/plugin_loader.h"

namespace xray::server {

/// Numbers that others keep, read when somebody asks for the metrics.
struct MetricsSnapshot {
  struct ReceiverBacklog {
    std::size_t index = 0;  // in the configuration
    std::string plugin;
    Backlog backlog;
  };
  IngestCounters ingest;
  BatchQueue::Depth queue;
  std::size_t queueCapacityBytes = 0;
  std::size_t waitingQueries = 0;
  std::uint64_t refusedQueries = 0;
  http::ListenerCounters api;
  std::vector<ReceiverBacklog> backlogs;  // of receivers whose wire keeps batches
  std::string storePlugin;
};

/// Counters and histograms of its own, and the text of all. Labels are endpoints, plugins of the configuration, calls
/// of the contracts and codes: nothing from an event or a query becomes one, so their number is bounded.
///
/// Thread-safety: all methods may be called concurrently.
class Metrics final : public PluginCallObserver {
 public:
  Metrics();
  ~Metrics() override;

  void called(const std::string& plugin, const char* call, StatusCode outcome, std::chrono::nanoseconds took) override;
  /// `endpoint`: the route's pattern.
  void answered(std::string_view endpoint, int status, std::chrono::nanoseconds took);

  /// Prometheus' text format, version 0.0.4.
  std::string text(const MetricsSnapshot& snapshot) const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace xray::server
