#pragma once
// Sends a recorded agent run through the SDK as if it happened again.

#include "agent_run.h"
#include "xray/sdk.h"

namespace replay {

/// Records one run, beginning at `start`, its steps in their order; its id. How long each step took is not in the
/// recordings and is made up from the length of its texts, the same every time. Thread-safe.
xray::Id replayRun(xray::Client& client, const AgentRun& run, xray::Timestamp start);

}  // namespace replay
