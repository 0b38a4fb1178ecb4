#pragma once

#include <utility>
#include <vector>

#include "xray/event_decoder.h"
#include "xray/transport.h"

namespace xray::server {

/// A batch between its receiver and the store.
struct PendingBatch {
  DecodedBatch decoded;
  std::size_t bytes = 0;         // of the body as it came; what the queue is measured in
  Sink::Done done;               // empty once it was called
  std::vector<Id> runs;          // that its events are about, each once
  bool registersSchema = false;  // some event is a schema.registered

  /// Answers the sender, the first time only: also when `done` throws, it is not called again.
  void answer(Result<Receipt> receipt) {
    if (const Sink::Done call = std::exchange(done, nullptr)) call(std::move(receipt));
  }
};

}  // namespace xray::server
