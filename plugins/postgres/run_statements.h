#pragma once
// The statements that append runs. Each is a call with its values, for any number of rows.

#include <vector>

#include "connection.h"
#include "xray/sql/run_fold.h"

namespace xray::postgres {

/// Locks the rows that there are, in the order of the ids, and reads them, for sql::readRunRow.
Call lockRuns(const std::vector<Id>& runIds);
/// Makes rows of runs that have none, in the order of `runs`.
///   unique violation  somebody else has made one of them
Call insertRuns(const std::vector<const sql::RunRow*>& runs);
/// Writes rows that are there.
Call writeRuns(const std::vector<const sql::RunRow*>& runs);

}  // namespace xray::postgres
