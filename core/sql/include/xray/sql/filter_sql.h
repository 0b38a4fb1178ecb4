#pragma once
// A filter tree as a SQL condition. Runs stand in the statement as `r`, steps as `s`.

#include <string>

#include "xray/filter.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

/// The condition that a node of a parsed filter stands for, in parentheses where needed. Missing values make it null or
/// false, never true: fit for WHERE, where both mean no match. Statuses of runs that have not ended are derived from
/// `context`.
std::string lowerFilter(const FilterNode& node, const ReadContext& context, StatementBuilder& statement);

/// True when a filter over steps asks for a field of the step's run, so that the statement has to join `r`.
bool usesRunFields(const FilterNode& node);

}  // namespace xray::sql
