#pragma once
// What the connections of one listener share.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "xray/http/listener.h"

namespace xray::http {

class Session;

/// Lives until the last of its sessions is gone, which may be after the listener: somebody may still hold a Respond.
///
/// Thread-safety: all of it.
class ServerState {
 public:
  ServerState(Router router, const Limits& limits)
      : io(static_cast<int>(limits.threads)), router(std::move(router)), limits(limits) {}

  /// What to do with a new connection.
  enum class Admission { Serve, Refuse, Drop };
  /// Takes the session in, unless the answer is Drop: while draining, or when even the refusals have become too many.
  Admission admit(const std::shared_ptr<Session>& session);
  void remove(const std::shared_ptr<Session>& session);

  /// From now on nothing is admitted and open connections end with the answer they are at.
  void drain();
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  /// Waits until no session is left; false when the deadline came first.
  bool waitUntilEmpty(Deadline deadline);
  /// Cuts off every session; returns how many.
  std::size_t abortAll();
  std::size_t size() const;

  // Constant after construction.
  boost::asio::io_context io;
  const Router router;
  const Limits limits;

  struct {
    std::atomic<std::uint64_t> connectionsTotal{0}, connectionsRefused{0}, acceptErrors{0}, requests{0}, badRequests{0},
        bytesReceived{0};
    std::array<std::atomic<std::uint64_t>, 6> responses{};
  } counters;

 private:
  mutable std::mutex mu_;
  std::condition_variable empty_;
  std::unordered_set<std::shared_ptr<Session>> sessions_;  // guarded by mu_
  std::atomic<bool> draining_{false};                      // set under mu_
};

}  // namespace xray::http
