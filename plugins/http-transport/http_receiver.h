#pragma once

#include <atomic>
#include <memory>

#include "xray/http/listener.h"
#include "xray/options.h"
#include "xray/transport.h"

namespace xray::httptransport {

/// Takes batches by POST /v1/events and answers each when the Sink has: no thread waits for it.
///
/// Thread-safety: as Receiver. Errors of start also: Unavailable, the port is in use.
class HttpReceiver : public Receiver {
 public:
  HttpReceiver(http::ListenAddress address, const http::Limits& limits);
  ~HttpReceiver() override;

  Status start(Sink& sink) override;
  Status stop(Deadline deadline) override;
  std::string endpoint() const override;
  Result<Backlog> backlog() const override;

 private:
  void take(http::Request request, http::Respond respond, Sink& sink) const;

  const http::ListenAddress address_;
  const http::Limits limits_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<http::Listener> listener_;  // of the thread that starts and stops
};

/// Reads the options of a receiver.
///   InvalidArgument  `listen` is not an address
Result<std::unique_ptr<Receiver>> makeReceiver(const Options& options);

/// How a failure of the Sink is told to the sender.
http::Response toResponse(const Status& status);

}  // namespace xray::httptransport
