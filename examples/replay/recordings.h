#pragma once
// Files of recordings, whatever their format.

#include <filesystem>
#include <string>
#include <vector>

#include "agent_run.h"
#include "xray/status.h"

namespace replay {

/// Reads one recording of either format: one with a "history" as readWhoWhenFile() does, any other as readTauFile().
xray::Result<AgentRun> readRecording(const std::filesystem::path& file);

/// The files named, and the *.json files of the directories named, sorted by path.
///   NotFound  a path that does not exist, or nothing found at all
xray::Result<std::vector<std::filesystem::path>> findRecordings(const std::vector<std::string>& paths);

}  // namespace replay
