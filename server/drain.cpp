#include "server/drain.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "xray/text.h"

namespace xray::server {

Result<std::unique_ptr<Drain>> Drain::make(LoadedConfig loaded, const Clock& clock) {
  std::unique_ptr<Drain> drain(new Drain(std::move(loaded), clock));
  auto parts = makeParts(drain->loaded_, clock);
  if (!parts.ok()) return parts.status();
  for (NamedReceiver& receiver : parts->receivers) {
    if (receiver.receiver->backlog().status().code() == StatusCode::NotSupported) {
      drain->passedOver_.push_back(receiver.plugin);
    } else {
      drain->parts_.receivers.push_back(std::move(receiver));
    }
  }
  if (drain->parts_.receivers.empty()) {
    return Status(StatusCode::InvalidArgument,
                  "there is nothing to ingest from: " +
                      (drain->passedOver_.empty() ? "no receiver is configured"
                                                  : joinNames(drain->passedOver_) + " keeps no batches") +
                      " (a receiver such as file-transport does)");
  }
  drain->parts_.validator = std::move(parts->validator);
  drain->parts_.store = std::move(parts->store);
  return drain;
}

Drain::~Drain() {
  (void)stop(std::chrono::steady_clock::now());
  parts_.receivers.clear();  // before what they gave their batches to
}

Status Drain::start() {
  const ServerConfig& config = loaded_.config;
  if (Status status = parts_.store->open(); !status.ok()) return in("store " + config.store.plugin, status);
  opened_ = true;
  pipeline_ =
      std::make_unique<Pipeline>(*parts_.store, *parts_.validator, clock_,
                                 Pipeline::Options{config.ingest, config.validationMode, config.incompleteAfter});
  for (NamedReceiver& receiver : parts_.receivers) {
    if (Status status = receiver.receiver->start(*pipeline_); !status.ok()) {
      (void)stop(std::chrono::steady_clock::now());
      return in("receiver " + receiver.plugin, status);
    }
    receiver.started = true;
    spdlog::info("receiver: {} on {}", receiver.plugin, receiver.receiver->endpoint());
  }
  return {};
}

Result<Backlog> Drain::backlog() const {
  Backlog all;
  for (const NamedReceiver& receiver : parts_.receivers) {
    const auto backlog = receiver.receiver->backlog();
    if (!backlog.ok()) return in("receiver " + receiver.plugin, backlog.status());
    all.bytes += backlog->bytes;
    all.openBytes += backlog->openBytes;
    all.setAside += backlog->setAside;
  }
  return all;
}

IngestCounters Drain::counters() const {
  return pipeline_ ? pipeline_->counters() : IngestCounters{};
}

Status Drain::stop(Deadline deadline) {
  Status result;
  const auto keep = [&result](Status status) {
    if (result.ok()) result = std::move(status);
  };
  for (NamedReceiver& receiver : parts_.receivers) {
    if (!std::exchange(receiver.started, false)) continue;
    if (Status status = receiver.receiver->stop(deadline); !status.ok()) {
      keep(in("receiver " + receiver.plugin, status));
    }
  }
  if (pipeline_) pipeline_->stop(deadline);
  if (std::exchange(opened_, false)) {
    if (Status status = parts_.store->close(); !status.ok()) keep(in("store " + loaded_.config.store.plugin, status));
  }
  return result;
}

std::vector<std::string> Drain::endpoints() const {
  std::vector<std::string> endpoints;
  for (const NamedReceiver& receiver : parts_.receivers) endpoints.push_back(receiver.receiver->endpoint());
  return endpoints;
}

}  // namespace xray::server
