#pragma once
// The questions of query.md section 3. Groups, percentiles, histograms and attribution are worked out by the database;
// what comes back has one row for each row of the answer (failures: for each example).

#include "xray/analysis.h"
#include "xray/sql/row.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

///   InvalidArgument  the filter is over the other entity
Status checkFilter(const Filter* filter, Entity entity);

/// Each asks for one row more than an answer may have, in the answer's order.
Statement selectLatency(const Dialect& dialect, const GroupQuery& query, const ReadContext& context);
Statement selectValues(const Dialect& dialect, const ValuesQuery& query, const ReadContext& context);
Statement selectCounts(const Dialect& dialect, Entity of, const GroupQuery& query, const ReadContext& context);

/// Read a row of those.
LatencyRow readLatency(const Row& row, const GroupQuery& query);
ValuesRow readValues(const Row& row, const ValuesQuery& query);
CountRow readCount(const Row& row, const GroupQuery& query);

/// The rows as an answer.
template <typename RowType>
Analysis<RowType> makeAnalysis(std::vector<RowType> rows) {
  Analysis<RowType> answer{std::move(rows), false};
  answer.truncated = answer.rows.size() > kMaxAnalysisRows;
  if (answer.truncated) answer.rows.resize(kMaxAnalysisRows);
  return answer;
}

/// One example, and what is told of its group.
struct FailureLine {
  Group group;
  std::int64_t runs = 0;
  std::int64_t total = 0;  // failing runs that match
  FailureExample example;
};

/// At least one line of each group; lines of a group stand together.
Statement selectFailures(const Dialect& dialect, const FailuresQuery& query, const ReadContext& context);
FailureLine readFailure(const Row& row, const FailuresQuery& query);
Analysis<FailureRow> makeFailures(std::vector<FailureLine> lines, const FailuresQuery& query);

}  // namespace xray::sql
