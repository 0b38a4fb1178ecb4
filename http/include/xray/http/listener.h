#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "xray/http/limits.h"
#include "xray/http/listen_address.h"
#include "xray/http/router.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray::http {

/// What a listener has seen since its start.
struct ListenerCounters {
  std::uint64_t connectionsOpen = 0;     // now
  std::uint64_t connectionsTotal = 0;    // accepted, refused ones included
  std::uint64_t connectionsRefused = 0;  // over maxConnections
  std::uint64_t acceptErrors = 0;        // out of file descriptors, mostly; accepting goes on after a pause
  std::uint64_t requests = 0;            // received whole
  std::uint64_t badRequests = 0;         // refused before: framing, limits, encodings, time, a body without a handler
  std::uint64_t bytesReceived = 0;
  /// Responses written in full by the first digit of their status: [2] counts 2xx.
  std::array<std::uint64_t, 6> responses{};
};

/// An HTTP/1.1 server on one address: event driven, so that Limits::threads threads serve every connection.
///
/// A connection has one request in work at a time; pipelined ones wait in the kernel's buffer and one of 64 KiB.
/// HTTP/1.0 is served too. A message that could be framed in two ways is refused and the connection closed.
///
/// Thread-safety: counters() and stopAccepting() may be called concurrently; start and stop from one thread, which is
/// none of a handler's.
class Listener {
 public:
  /// Binds, listens, starts the threads.
  ///   InvalidArgument  the host does not resolve, is not of this machine, or the port is not allowed
  ///   Unavailable      "cannot listen on 127.0.0.1:7007: address already in use"; or no threads to be had
  static Result<std::unique_ptr<Listener>> start(const ListenAddress& address, Router router, const Limits& limits);
  /// Stops at once, cutting off what is in flight.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The address that it listens on, with the port that the kernel picked.
  const ListenAddress& address() const;
  std::uint16_t port() const { return address().port; }

  /// New connections are refused by the kernel from soon after this. Open ones go on. Idempotent.
  void stopAccepting();

  /// stopAccepting(); closes idle connections; lets requests in flight finish, pipelined ones behind them excepted;
  /// joins the threads. After it no handler is called. Idempotent. A handler that blocks its thread holds this up,
  /// whatever the deadline.
  ///   DeadlineExceeded  connections were cut off with requests in flight; everything is stopped nevertheless
  Status stop(Deadline deadline);

  ListenerCounters counters() const;

 private:
  class Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xray::http
