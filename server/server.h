#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/api/api.h"
#include "server/api/worker_pool.h"
#include "server/ingest/pipeline.h"
#include "server/metrics/metrics.h"
#include "server/parts.h"
#include "server/server_config.h"
#include "xray/http/listener.h"

namespace xray::server {

/// The whole backend: receivers → ingest → store ← read API.
///
/// One thread at a time. Lifetime: borrows the clock; the destructor stops what still runs.
class Server {
 public:
  /// Makes the store, validator and receivers that the configuration names; opens nothing yet.
  ///   InvalidArgument  options that do not go together; the message names the plugin
  static Result<std::unique_ptr<Server>> make(LoadedConfig loaded, const Clock& clock);
  ~Server();

  /// Opens the store, then the API, then the receivers. On failure nothing is left running.
  Status start();

  /// Readiness off, receivers stop, ingest drains, queries end, the store closes. What is not done at the deadline is
  /// cut off; senders that got no answer try again elsewhere or later. Idempotent.
  ///   DeadlineExceeded  requests were cut off, or batches refused
  Status stop(Deadline deadline);

  /// "http://127.0.0.1:7007"; after start().
  std::string apiUrl() const;
  /// Where each receiver listens; after start().
  std::vector<std::string> receiverEndpoints() const;
  IngestCounters ingestCounters() const;
  /// Queries that found no room to wait.
  std::uint64_t refusedQueries() const;

 private:
  Server(LoadedConfig loaded, const Clock& clock);
  Status startApi();
  Status startReceivers();
  Status readiness() const;
  MetricsSnapshot snapshot();
  std::vector<MetricsSnapshot::ReceiverBacklog> backlogs();

  LoadedConfig loaded_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};
  bool opened_ = false;

  // In the order in which each needs those before it.
  Metrics metrics_;
  Parts parts_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<WorkerPool> queries_;
  std::unique_ptr<WorkerPool> probes_;
  std::mutex listenerMu_;  // a scrape may come while start() still takes the listener
  std::unique_ptr<http::Listener> listener_;
  std::mutex receiversMu_;  // no receiver begins to stop while it is asked for its backlog
};

}  // namespace xray::server
