#pragma once

#include "plugin/guard.h"
#include "xray/transport.h"

namespace xray {

/// A plugin's sender whose exceptions are Status Internal. As thread-safe as the plugin's.
class GuardedSender : public Guarded<Sender> {
 public:
  using Guarded::Guarded;

  Result<Receipt> send(const Batch& batch, Deadline deadline) override;
  Status flush(Deadline deadline) override;
  void cancel() override;  // an exception is logged only
};

/// The same of a receiver. What the plugin's own threads throw is out of reach.
class GuardedReceiver : public Guarded<Receiver> {
 public:
  using Guarded::Guarded;

  Status start(Sink& sink) override;
  Status stop(Deadline deadline) override;
  std::string endpoint() const override;  // the error's message in place of an address
  Result<Backlog> backlog() const override;
};

}  // namespace xray
