#pragma once
// What tells the groups of an answer apart, as columns.

#include <string>
#include <vector>

#include "xray/analysis.h"
#include "xray/sql/row.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

/// Columns g1, g2, … of a subquery over runs or steps, which the query around it groups by. A JSON path has three: the
/// value as text, as number, as truth value. One thread at a time.
class GroupColumns {
 public:
  GroupColumns(const std::vector<AnalysisField>& keys, const ReadContext& context, StatementBuilder& statement);
  explicit GroupColumns(const std::vector<FailureKey>& keys);

  /// The start of the bucket of a time, in microseconds since the epoch, as the last of the columns.
  void addBucket(const std::string& time, Microseconds interval, StatementBuilder& statement);

  /// "expression AS g1, … , ": for the subquery's list.
  std::string definitions() const;
  /// "g1, g2, ": for the list of the query around it, the bucket as its start.
  std::string names() const;
  /// " GROUP BY g1, g2", "PARTITION BY g1, g2", in whatever order is fastest; empty without columns.
  std::string groupBy() const { return list(" GROUP BY "); }
  std::string partitionBy() const { return list("PARTITION BY "); }
  /// ", g1 DESC NULLS LAST, …": groupStandsBefore, then later buckets first.
  std::string descending() const;

 private:
  std::string list(const char* keyword) const;

  std::vector<std::string> expressions_;
  const Dialect* bucketDialect_ = nullptr;  // of the last column, where it is a bucket
  bool bucketIsTime_ = false;
};

/// Whether rows of steps need their run's beside them.
bool usesRunFields(const std::vector<AnalysisField>& keys);

/// Reads the columns of the keys, from `column` on, and moves it behind them.
Group readGroup(const Row& row, const std::vector<AnalysisField>& keys, int& column);
Group readGroup(const Row& row, const std::vector<FailureKey>& keys, int& column);

}  // namespace xray::sql
