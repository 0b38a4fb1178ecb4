#pragma once
// What people said of recorded runs afterwards. Nothing of this is replayed.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "place.h"
#include "xray/status.h"

namespace attribution {

/// Who&When's annotation in a recording's own file: `mistake_step` (a text, from 0, the number of a message in
/// `history`) and `mistake_agent`.
///   NotFound         no such file
///   InvalidArgument  not JSON, or a member is missing, or the step is none of the history; names file and member
xray::Result<Place> readMistake(const std::filesystem::path& file);

/// AgentRx's annotation of one run.
struct RootCause {
  Place cause;                  // the failure that they call the root cause
  std::vector<Place> failures;  // all that they list, that one too
};

/// AgentRx's annotations, a JSON object a line, by `trajectory_id` (of Who&When's runs the question_ID, of tau-bench's
/// the task_id). `step_number` counts messages from 1; a Place from 0.
///   NotFound         no such file
///   InvalidArgument  a line that is not as said; names file, line and member
xray::Result<std::map<std::string, RootCause>> readRootCauses(const std::filesystem::path& file);

}  // namespace attribution
