#pragma once
// Sends a recorded agent run through the SDK as if it happened again.

#include "tau_file.h"
#include "xray/sdk.h"

namespace replay {

/// Records one run of pipeline "tau-<domain>", beginning at `start`; how long each step took is not in the recordings
/// and is made up from the length of its texts, the same every time. Thread-safe.
void replayRun(xray::Client& client, const AgentRun& run, xray::Timestamp start);

}  // namespace replay
