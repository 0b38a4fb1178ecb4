// failures: which step each failing run is blamed on.

#include "columns.h"
#include "group_columns.h"
#include "xray/sql/analysis_queries.h"
#include "xray/sql/dialect.h"
#include "xray/sql/filter_sql.h"

namespace xray::sql {
namespace {

// Rule by rule, each tried only where those before it found nothing: a look-up or two into the steps of one run, where
// a ranking would read and sort all steps of all failing runs. The rule is then told by the step that was found, for
// the rules before the one that applied would have found another. A run without steps has one line without a step.
constexpr std::string_view kBlamed = R"sql(
found AS MATERIALIZED (
  SELECT
    f.*,
    COALESCE(
      (SELECT s.step_id FROM steps s WHERE s.run_id = f.run_id AND s.step_id = f.error_step_id),
      (SELECT s.step_id FROM steps s
       WHERE s.run_id = f.run_id AND s.status = 'error' AND NOT EXISTS (
         SELECT 1 FROM steps c WHERE c.run_id = f.run_id AND c.parent_step_id = s.step_id AND c.status = 'error')
       ORDER BY s.started_at DESC, s.seq DESC NULLS FIRST, s.step_id DESC LIMIT 1),
      (SELECT s.step_id FROM steps s WHERE s.run_id = f.run_id AND s.status = 'running'
       ORDER BY s.started_at DESC, s.seq DESC NULLS FIRST, s.step_id DESC LIMIT 1),
      (SELECT s.step_id FROM steps s WHERE s.run_id = f.run_id
       ORDER BY s.started_at DESC, s.seq DESC NULLS FIRST, s.step_id DESC LIMIT 1)) AS found_id
  FROM failing f
),
suspects AS (
  SELECT
    f.run_id, f.run_started_at, f.pipeline, f.error_type, s.step_id, s.step_type, s.name,
    CASE
      WHEN s.step_id = f.error_step_id THEN 1
      WHEN s.status = 'error' AND NOT EXISTS (
        SELECT 1 FROM steps c WHERE c.run_id = s.run_id AND c.parent_step_id = s.step_id AND c.status = 'error') THEN 2
      WHEN s.status = 'running' THEN 3
      WHEN s.step_id IS NOT NULL THEN 4
    END AS rule
  FROM found f LEFT JOIN steps s ON s.run_id = f.run_id AND s.step_id = f.found_id
))sql";

}  // namespace

Statement selectFailures(const Dialect& dialect, const FailuresQuery& query, const ReadContext& context) {
  StatementBuilder statement(dialect);
  const GroupColumns group(query.groupBy);
  const std::string incomplete = runStatusIs(RunStatus::Incomplete, context, statement);
  const FilterNode* root = query.filter ? query.filter->root.get() : nullptr;
  // Materialized: else the look-ups of `found` may be written into every mention of what they found.
  statement
      << "WITH failing AS MATERIALIZED (SELECT r.run_id, r.started_at AS run_started_at, r.pipeline, r.error_type,"
      << " r.error_step_id FROM runs r WHERE (r.outcome IS NULL OR r.outcome = 'crashed')"
      << " AND (r.outcome IS NOT NULL OR " << incomplete << ")";
  if (root) statement << " AND " << lowerFilter(*root, context, statement);
  statement << ")," << kBlamed << ",\nblamed AS (SELECT " << group.definitions()
            << "run_id, run_started_at, step_id FROM suspects),\nplaced AS (SELECT " << group.names()
            << "run_id, step_id, COUNT(*) OVER (" << group.partitionBy() << ") AS n, COUNT(*) OVER () AS total,"
            << " ROW_NUMBER() OVER (" << group.partitionBy() << " ORDER BY run_started_at DESC, run_id) AS example"
            << " FROM blamed)\nSELECT " << group.names()
            << "n, total, run_id, step_id FROM placed WHERE example <= " << std::to_string(kMaxFailureExamples)
            << " ORDER BY n DESC" << group.descending()
            << ", example LIMIT "
            // Enough for one group more than an answer may have.
            << std::to_string((kMaxAnalysisRows + 1) * kMaxFailureExamples);
  return statement.take();
}

FailureLine readFailure(const Row& row, const FailuresQuery& query) {
  int column = 0;
  FailureLine line;
  line.group = readGroup(row, query.groupBy, column);
  line.runs = row.integer(column);
  line.total = row.integer(column + 1);
  line.example = {row.id(column + 2), row.idOrNone(column + 3)};
  return line;
}

Analysis<FailureRow> makeFailures(std::vector<FailureLine> lines, const FailuresQuery& query) {
  std::vector<FailureRow> rows;
  if (query.groupBy.empty() && lines.empty()) rows.emplace_back();
  for (FailureLine& line : lines) {
    if (rows.empty() || rows.back().group != line.group) {
      rows.push_back({std::move(line.group), line.runs, {}, {}});
      rows.back().share = static_cast<double>(line.runs) / static_cast<double>(line.total);
    }
    rows.back().examples.push_back(line.example);
  }
  return makeAnalysis(std::move(rows));
}

}  // namespace xray::sql
