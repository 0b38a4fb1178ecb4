#pragma once
// The statements that append steps. Each is a call with its values, for any number of rows.

#include <string>
#include <vector>

#include "batch_fold.h"
#include "connection.h"

namespace xray::postgres {

/// run_id, step_id, has_started, has_ended, is an error, violations: of those that are there.
Call readSteps(const std::vector<StepKey>& keys);
/// COPY of rows that are not there yet: the statement, what begins and ends its data, one row.
const std::string& copySteps();
void beginCopy(std::string& out);
void appendStep(std::string& out, const FoldedStep& step);
void endCopy(std::string& out);
Call replaceSteps(const std::vector<const FoldedStep*>& steps);
Call noteStarts(const std::vector<StepKey>& keys);
/// run_id and how many different seq its steps have; runs without any are not among them.
Call countSeqs(const std::vector<Id>& runIds);

}  // namespace xray::postgres
