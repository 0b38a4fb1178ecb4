#pragma once
// Where the fields of the filter language stand. Runs are `r` in every statement, steps `s`.

#include <string>

#include "xray/filter.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

/// The column of a field. That of Field::RunStatus only holds the terminal ones: see below.
const char* columnOf(Field field);

/// The condition that a run has the status. Terminal ones are stored; of the others the clock decides.
std::string runStatusIs(RunStatus status, const ReadContext& context, StatementBuilder& statement);
/// The status as text.
std::string runStatusText(const ReadContext& context, StatementBuilder& statement);

}  // namespace xray::sql
