#pragma once
// The statements that append runs. Each is a call with its values, for any number of rows.

#include <vector>

#include "connection.h"
#include "xray/sql/run_fold.h"

namespace xray::postgres {

/// Gives every run that is not there a row, in the order of the ids, so that all of them can be locked. The ids are
/// sorted, as everywhere here: two backends then wait for each other in one direction only.
Call claimRuns(const std::vector<Id>& runIds, Timestamp receivedAt);
/// Locks the rows and reads them, for sql::readRunRow.
Call lockRuns(const std::vector<Id>& runIds);
/// Makes rows of runs that have none, in the order of `runs`.
///   refused  unique violation: somebody else has made one of them
Call insertRuns(const std::vector<const sql::RunRow*>& runs);
/// Writes rows that are there.
Call writeRuns(const std::vector<const sql::RunRow*>& runs);
/// Takes rows back that claimRuns made for nothing.
Call dropRuns(const std::vector<Id>& runIds);

}  // namespace xray::postgres
