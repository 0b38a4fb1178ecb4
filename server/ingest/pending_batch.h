#pragma once

#include "xray/event_decoder.h"
#include "xray/transport.h"

namespace xray::server {

/// A batch between its receiver and the store.
struct PendingBatch {
  DecodedBatch decoded;
  std::size_t bytes = 0;  // of the body as it came; what the queue is measured in
  Sink::Done done;
};

}  // namespace xray::server
