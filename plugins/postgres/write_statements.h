#pragma once
// The statements that append runs. Each is a call with its values; those with arrays take any number of rows.

#include <span>
#include <string>
#include <vector>

#include "batch_fold.h"
#include "connection.h"

namespace xray::postgres {

/// Gives every run that is not there a row, in the order of the ids, so that all of them can be locked. The ids are
/// sorted, as everywhere here: two backends then wait for each other in one direction only.
Call claimRuns(const std::vector<Id>& runIds, Timestamp receivedAt);
/// Locks the rows and reads them.
Call lockRuns(const std::vector<Id>& runIds);
/// A row of lockRuns. One that claimRuns made says nothing but the run's id.
sql::RunRow readRun(const sql::Row& row);
/// Writes rows that are there.
Call writeRuns(const std::vector<const sql::RunRow*>& runs);
/// Takes rows back that claimRuns made for nothing.
Call dropRuns(const std::vector<Id>& runIds);

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

/// Makes the places of schema versions, then locks and reads (name, version, digest) those that are registered.
Call reserveSchemas(const std::vector<SchemaRef>& refs);
Call lockDefinitions(const std::vector<SchemaRef>& refs);
Call writeDefinitions(const std::vector<NewDefinition>& definitions, Timestamp receivedAt);

/// Keeps refused bytes, once for each code.
Call insertRejections(const std::vector<Rejection>& rejections, Timestamp receivedAt);

}  // namespace xray::postgres
