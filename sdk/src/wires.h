#pragma once
// What the shipper makes its ends of wires with.

#include <functional>
#include <memory>

#include "xray/status.h"
#include "xray/transport.h"

namespace xray::sdk {

using SenderFactory = std::function<Result<std::unique_ptr<Sender>>()>;
using ReceiverFactory = std::function<Result<std::unique_ptr<Receiver>>()>;

/// Factories rather than objects, because a forked child makes its own. Null: not configured.
struct Wires {
  SenderFactory backend;  // always there
  // The two ends of the fallback: both or none.
  SenderFactory spool;
  ReceiverFactory drain;
  SenderFactory deadLetters;
};

}  // namespace xray::sdk
