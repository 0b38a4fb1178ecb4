#include "plugin/guarded_transport.h"

namespace xray {

Result<Receipt> GuardedSender::send(const Batch& batch, Deadline deadline) {
  return guard("send", &Sender::send, batch, deadline);
}

Status GuardedSender::flush(Deadline deadline) {
  return guard("flush", &Sender::flush, deadline);
}

void GuardedSender::cancel() {
  static_cast<void>(guarded(seam(), "cancel", [this] {
    inner().cancel();
    return Status();
  }));
}

Status GuardedReceiver::start(Sink& sink) {
  return guard("start", &Receiver::start, sink);
}

Status GuardedReceiver::stop(Deadline deadline) {
  return guard("stop", &Receiver::stop, deadline);
}

std::string GuardedReceiver::endpoint() const {
  const auto text = guarded(seam(), "endpoint", [this]() -> Result<std::string> { return inner().endpoint(); });
  return text.ok() ? *text : "(" + text.status().message() + ")";
}

Result<Backlog> GuardedReceiver::backlog() const {
  return guarded(seam(), "backlog", [this] { return inner().backlog(); });
}

}  // namespace xray
