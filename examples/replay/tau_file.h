#pragma once
// tau-bench's trajectories: one agent, "Assistant", that talks to a user and calls tools.

#include <filesystem>

#include "agent_run.h"
#include "xray/status.h"

namespace replay {

/// Reads one recording as a run of pipeline "tau-<domain>", the domain being the file's name up to the first "_". A
/// call whose result begins with "Error", or that has none, is an error; a run without reward has failed.
///   NotFound         no such file
///   InvalidArgument  not JSON, or a member is missing or of another type; the message names the file and the member
xray::Result<AgentRun> readTauFile(const std::filesystem::path& file);

}  // namespace replay
