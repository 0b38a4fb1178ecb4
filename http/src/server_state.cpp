#include "server_state.h"

#include "session.h"

namespace xray::http {
namespace {

/// Connections over maxConnections that are being told so. More of them are closed without a word (as limits.h says).
constexpr std::size_t kMaxRefusals = 64;

}  // namespace

ServerState::Admission ServerState::admit(const std::shared_ptr<Session>& session) {
  const std::lock_guard lock(mu_);
  if (draining()) {
    return Admission::Drop;
  }
  const std::size_t open = sessions_.size();
  if (open >= limits.maxConnections + kMaxRefusals) {
    counters.connectionsRefused.fetch_add(1, std::memory_order_relaxed);
    return Admission::Drop;
  }
  sessions_.insert(session);
  if (open < limits.maxConnections) {
    return Admission::Serve;
  }
  counters.connectionsRefused.fetch_add(1, std::memory_order_relaxed);
  return Admission::Refuse;
}

void ServerState::remove(const std::shared_ptr<Session>& session) {
  const std::lock_guard lock(mu_);
  sessions_.erase(session);
  if (sessions_.empty()) {
    empty_.notify_all();
  }
}

void ServerState::drain() {
  const std::lock_guard lock(mu_);
  draining_ = true;
  for (const auto& session : sessions_) {
    session->drain();
  }
}

bool ServerState::waitUntilEmpty(Deadline deadline) {
  std::unique_lock lock(mu_);
  return empty_.wait_until(lock, deadline, [this] { return sessions_.empty(); });
}

std::size_t ServerState::abortAll() {
  const std::lock_guard lock(mu_);
  for (const auto& session : sessions_) {
    session->abort();
  }
  return sessions_.size();
}

std::size_t ServerState::size() const {
  const std::lock_guard lock(mu_);
  return sessions_.size();
}

}  // namespace xray::http
