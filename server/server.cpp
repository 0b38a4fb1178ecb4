#include "server/server.h"

#include <spdlog/spdlog.h>

#include "server/api/responses.h"

namespace xray::server {
namespace {

/// Queries that wait for a thread; each holds a connection, of which the listener has 1024.
constexpr std::size_t kWaitingQueries = 256;
/// Health checks and scrapes that wait for the one thread that answers them.
constexpr std::size_t kWaitingProbes = 32;

}  // namespace

Server::Server(LoadedConfig loaded, const Clock& clock) : loaded_(std::move(loaded)), clock_(clock) {}

Server::~Server() {
  (void)stop(std::chrono::steady_clock::now());
  parts_.receivers.clear();  // before what they gave their batches to
}

Result<std::unique_ptr<Server>> Server::make(LoadedConfig loaded, const Clock& clock) {
  std::unique_ptr<Server> server(new Server(std::move(loaded), clock));
  server->loaded_.plugins->observeCalls(&server->metrics_);
  auto parts = makeParts(server->loaded_, clock);
  if (!parts.ok()) return parts.status();
  server->parts_ = std::move(*parts);
  return server;
}

Status Server::start() {
  const ServerConfig& config = loaded_.config;
  if (Status status = parts_.store->open(); !status.ok()) return in("store " + config.store.plugin, status);
  opened_ = true;
  spdlog::info("store: {} is open", config.store.plugin);
  pipeline_ =
      std::make_unique<Pipeline>(*parts_.store, *parts_.validator, clock_,
                                 Pipeline::Options{config.ingest, config.validationMode, config.incompleteAfter});
  Status status = startApi();
  if (status.ok()) status = startReceivers();
  if (!status.ok()) (void)stop(std::chrono::steady_clock::now());
  return status;
}

Status Server::startApi() {
  const ServerConfig& config = loaded_.config;
  api_ = std::make_unique<Api>(
      ApiContext{.store = parts_.store.get(),
                 .plugins = loaded_.plugins.get(),
                 .clock = &clock_,
                 .incompleteAfter = config.incompleteAfter,
                 .queryTimeout = config.queryTimeout,
                 .readiness = [this] { return readiness(); },
                 .metrics = [this] { return metrics_.text(snapshot()); },
                 .answered = [this](std::string_view endpoint, int status,
                                    std::chrono::nanoseconds took) { metrics_.answered(endpoint, status, took); }});
  queries_ = std::make_unique<WorkerPool>(config.apiThreads, kWaitingQueries);
  probes_ = std::make_unique<WorkerPool>(1, kWaitingProbes);
  http::Limits limits;
  limits.maxBodyBytes = 0;  // the API only reads
  limits.threads = 1;       // moves bytes; the queries run in queries_
  const auto executor = [this](Api::Work work, std::function<void()> job) {
    switch (work) {
      case Api::Work::Query:
        return queries_->post(std::move(job));
      case Api::Work::More:
        return queries_->postMore(std::move(job));
      case Api::Work::Probe:
        break;
    }
    return probes_->post(std::move(job));
  };
  auto listener = http::Listener::start(config.apiListen, api_->router(executor), limits);
  if (!listener.ok()) return in("api", listener.status());
  const std::lock_guard lock(listenerMu_);
  listener_ = std::move(*listener);
  spdlog::info("api: {}", apiUrl());
  return {};
}

Status Server::startReceivers() {
  for (NamedReceiver& receiver : parts_.receivers) {
    if (Status status = receiver.receiver->start(*pipeline_); !status.ok())
      return in("receiver " + receiver.plugin, status);
    {
      const std::lock_guard lock(receiversMu_);
      receiver.started = true;
    }
    spdlog::info("receiver: {} on {}", receiver.plugin, receiver.receiver->endpoint());
  }
  if (parts_.receivers.empty()) spdlog::warn("receiver: none is configured, so nothing can be recorded");
  return {};
}

Status Server::readiness() const {
  if (stopping_) return Status(StatusCode::Unavailable, "the backend is shutting down");
  const Status health = parts_.store->health();
  return health.ok() ? health : Status(health.code(), withoutPaths(health.message()));
}

Status Server::stop(Deadline deadline) {
  stopping_ = true;
  Status result;
  const auto keep = [&result](Status status) {
    if (result.ok()) result = std::move(status);
  };
  for (NamedReceiver& receiver : parts_.receivers) {
    {
      const std::lock_guard lock(receiversMu_);
      if (!std::exchange(receiver.started, false)) continue;
    }
    if (Status status = receiver.receiver->stop(deadline); !status.ok())
      keep(in("receiver " + receiver.plugin, status));
  }
  if (pipeline_) pipeline_->stop(deadline);
  if (listener_) {
    if (Status status = listener_->stop(deadline); !status.ok()) keep(in("api", status));
  }
  if (queries_) queries_->stop();
  if (probes_) probes_->stop();
  if (std::exchange(opened_, false)) {
    if (Status status = parts_.store->close(); !status.ok()) keep(in("store " + loaded_.config.store.plugin, status));
  }
  return result;
}

std::string Server::apiUrl() const {
  return "http://" + listener_->address().toString();
}

std::vector<std::string> Server::receiverEndpoints() const {
  std::vector<std::string> endpoints;
  for (const NamedReceiver& receiver : parts_.receivers) endpoints.push_back(receiver.receiver->endpoint());
  return endpoints;
}

IngestCounters Server::ingestCounters() const {
  return pipeline_ ? pipeline_->counters() : IngestCounters{};
}

MetricsSnapshot Server::snapshot() {
  MetricsSnapshot snapshot;
  snapshot.ingest = pipeline_->counters();
  snapshot.queue = pipeline_->depth();
  snapshot.queueCapacityBytes = loaded_.config.ingest.queueBytes;
  snapshot.waitingQueries = queries_->waiting();
  snapshot.refusedQueries = queries_->refused();
  {
    const std::lock_guard lock(listenerMu_);
    if (listener_) snapshot.api = listener_->counters();
  }
  snapshot.backlogs = backlogs();
  snapshot.storePlugin = loaded_.config.store.plugin;
  return snapshot;
}

std::vector<MetricsSnapshot::ReceiverBacklog> Server::backlogs() {
  std::vector<MetricsSnapshot::ReceiverBacklog> all;
  const std::lock_guard lock(receiversMu_);
  for (std::size_t i = 0; i < parts_.receivers.size(); ++i) {
    NamedReceiver& receiver = parts_.receivers[i];
    if (!receiver.started || !receiver.keepsBatches) continue;
    const Result<Backlog> backlog = receiver.receiver->backlog();
    if (backlog.ok()) {
      all.push_back({i, receiver.plugin, *backlog});
    } else if (backlog.status().code() == StatusCode::NotSupported) {
      receiver.keepsBatches = false;
    }
  }
  return all;
}

std::uint64_t Server::refusedQueries() const {
  return queries_ ? queries_->refused() : 0;
}

}  // namespace xray::server
