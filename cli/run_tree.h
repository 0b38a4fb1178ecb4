#pragma once

#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"

namespace xray::cli {

/// Draws a run of `GET /v1/runs/{run_id}`: what it is, then its steps as a tree by parent_step_id, with the step at
/// which a run that did not complete stopped marked. `payloads`: whole steps by step id, of those that shall show
/// input, output and reasoning.
void drawRun(std::ostream& out, const Terminal& terminal, std::string_view run,
             const std::map<std::string, std::string>& payloads, bool utc);

/// The step at which a run stopped, and how that is known (query.md section 3, failures).
struct StoppedAt {
  std::string stepId;  // empty: none; the run did not stop short, or before its first step
  std::string_view words;
};
StoppedAt stoppedAt(std::string_view run);

}  // namespace xray::cli
