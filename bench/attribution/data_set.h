#pragma once
// The runs that the bench measures: recordings with what people blamed.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "annotations.h"
#include "replay/agent_run.h"

namespace attribution {

struct BlamedRun {
  replay::AgentRun recording;
  Place blamed;
  std::optional<Place> second;  // what a second, independent annotation calls the root cause
  std::vector<Place> listed;    // every failure that AgentRx's annotators list, where they looked at the run
};

struct DataSet {
  std::string title;
  std::string pipeline;  // of all its runs
  std::vector<BlamedRun> runs;
};

/// Who&When's failures in a folder (*.json, and agentrx_second_annotations.jsonl where it is there): those of
/// Magentic-One ("hand-crafted"), then those of Captain Agent ("algorithm-generated"). A set without runs is left out.
///   NotFound, InvalidArgument  as the readers say; a step beyond a recording's end
xray::Result<std::vector<DataSet>> whoWhenSets(const std::filesystem::path& folder);

/// tau-bench's failed retail runs in a folder: those that retail_failure_annotations.jsonl tells of, whose
/// `trajectory_id` is the `task_id` of the recording retail_task<id>_trial<n>.json.
///   NotFound, InvalidArgument  as the readers say; no recording of an annotated task, or several; a step beyond its
///   end
xray::Result<DataSet> tauSet(const std::filesystem::path& folder);

}  // namespace attribution
