#include "xray/sql/analysis_queries.h"

#include <algorithm>
#include <charconv>

#include "columns.h"
#include "group_columns.h"
#include "xray/sql/dialect.h"
#include "xray/sql/filter_sql.h"

namespace xray::sql {
namespace {

// A limit that nothing reaches keeps a subquery whole. Without it databases write its expressions into the query around
// it, in place of every mention: JSON would be read many times over, and whole payloads sorted instead of their values.
constexpr std::string_view kKeepWhole = " LIMIT 9223372036854775807";

// The sum of doubles may be beyond them, and some databases fail then. Numbers up to this and numbers beyond it are
// summed apart, the latter made smaller.
constexpr std::string_view kSumOrdinary = "SUM(CASE WHEN v BETWEEN -1e280 AND 1e280 THEN v END)";
constexpr std::string_view kSumHuge = "SUM(CASE WHEN v NOT BETWEEN -1e280 AND 1e280 THEN v / 1e40 END)";
constexpr double kHugeDivisor = 1e40;

std::string conditionOf(const Filter* filter, const ReadContext& context, StatementBuilder& statement) {
  return filter && filter->root ? lowerFilter(*filter->root, context, statement) : "1 = 1";
}

/// " FROM steps s WHERE …", with their runs where somebody asks for them.
std::string stepsThatMatch(const Filter* filter, bool runs, const ReadContext& context, StatementBuilder& statement) {
  const bool filterUsesRuns = filter && filter->root && usesRunFields(*filter->root);
  return std::string(" FROM steps s") + (runs || filterUsesRuns ? " JOIN runs r ON r.run_id = s.run_id" : "") +
         " WHERE " + conditionOf(filter, context, statement);
}

GroupColumns groupColumns(const GroupQuery& query, const std::string& startedAt, const ReadContext& context,
                          StatementBuilder& statement) {
  GroupColumns group(query.groupBy, context, statement);
  if (query.interval) group.addBucket(startedAt, *query.interval, statement);
  return group;
}

/// What stands behind the subquery: grouping, order and end. `n` is the rows' count.
std::string tail(const GroupColumns& group) {
  return ") grouped" + group.groupBy() + " ORDER BY n DESC" + group.descending() + " LIMIT " +
         std::to_string(kMaxAnalysisRows + 1);
}

/// Minimum, three percentiles and maximum of the column `v`, as columns.
std::string spread(const Dialect& dialect) {
  return "MIN(v), " + dialect.percentile("v", 50) + ", " + dialect.percentile("v", 95) + ", " +
         dialect.percentile("v", 99) + ", MAX(v)";
}

std::optional<Timestamp> readBucket(const Row& row, const GroupQuery& query, int& column) {
  if (!query.interval) return std::nullopt;
  return std::max(kFirstInstant, Timestamp(Microseconds(row.integer(column++))));
}

Histogram readHistogram(const Row& row, int column, double min, double max) {
  Histogram histogram = histogramBetween(min, max);
  const std::string counts = row.text(column);
  const char* at = counts.data();
  const char* end = at + counts.size();
  for (HistogramBin& bin : histogram) {
    at = std::from_chars(at, end, bin.count).ptr;
    if (at != end) ++at;
  }
  return histogram;
}

}  // namespace

Status checkFilter(const Filter* filter, Entity entity) {
  if (!filter || filter->entity == entity) return {};
  return {StatusCode::InvalidArgument, "the filter is about the other entity"};
}

Statement selectLatency(const Dialect& dialect, const GroupQuery& query, const ReadContext& context) {
  StatementBuilder statement(dialect);
  const GroupColumns group = groupColumns(query, "s.started_at", context, statement);
  const std::string source = stepsThatMatch(query.filter, usesRunFields(query.groupBy), context, statement);
  statement << "SELECT " << group.names() << "COUNT(*) AS n, COUNT(failed), " << spread(dialect)
            << ", SUM(CAST(v AS DOUBLE PRECISION)) FROM (SELECT " << group.definitions() << dialect.stepDuration()
            << " AS v, CASE WHEN s.status = 'error' THEN 1 END AS failed" << source << " AND " << dialect.stepHasEnded()
            << kKeepWhole << tail(group);
  return statement.take();
}

LatencyRow readLatency(const Row& row, const GroupQuery& query) {
  int column = 0;
  LatencyRow latency;
  latency.group = readGroup(row, query.groupBy, column);
  latency.bucket = readBucket(row, query, column);
  latency.count = row.integer(column);
  latency.errors = row.integer(column + 1);
  latency.min = row.microsecondsOrNone(column + 2);
  latency.p50 = row.microsecondsOrNone(column + 3);
  latency.p95 = row.microsecondsOrNone(column + 4);
  latency.p99 = row.microsecondsOrNone(column + 5);
  latency.max = row.microsecondsOrNone(column + 6);
  if (latency.count > 0) latency.average = row.number(column + 7) / static_cast<double>(latency.count);
  return latency;
}

Statement selectCounts(const Dialect& dialect, Entity of, const GroupQuery& query, const ReadContext& context) {
  StatementBuilder statement(dialect);
  const bool ofRuns = of == Entity::Run;
  const GroupColumns group = groupColumns(query, ofRuns ? "r.started_at" : "s.started_at", context, statement);
  const std::string source = ofRuns ? " FROM runs r WHERE " + conditionOf(query.filter, context, statement)
                                    : stepsThatMatch(query.filter, usesRunFields(query.groupBy), context, statement);
  statement << "SELECT " << group.names() << "COUNT(*) AS n FROM (SELECT " << group.definitions() << "1" << source
            << kKeepWhole << tail(group);
  return statement.take();
}

CountRow readCount(const Row& row, const GroupQuery& query) {
  int column = 0;
  CountRow count;
  count.group = readGroup(row, query.groupBy, column);
  count.bucket = readBucket(row, query, column);
  count.count = row.integer(column);
  return count;
}

Statement selectValues(const Dialect& dialect, const ValuesQuery& query, const ReadContext& context) {
  StatementBuilder statement(dialect);
  const GroupColumns group(query.groupBy, context, statement);
  const bool runs = usesRunFields(query.groupBy) || entityOf(query.field.field) == Entity::Run;
  const std::string value = dialect.json(statement, columnOf(query.field.field), query.field.path, JsonAs::Number);
  const std::string source = stepsThatMatch(query.filter, runs, context, statement);
  statement << "SELECT " << group.names() << "COUNT(v) AS n, COUNT(*) - COUNT(v), " << spread(dialect) << ", "
            << kSumOrdinary << ", " << kSumHuge << ", " << dialect.histogram("v") << " FROM (SELECT "
            << group.definitions() << value << " AS v" << source << kKeepWhole << tail(group);
  return statement.take();
}

ValuesRow readValues(const Row& row, const ValuesQuery& query) {
  int column = 0;
  ValuesRow values;
  values.group = readGroup(row, query.groupBy, column);
  values.count = row.integer(column);
  values.missing = row.integer(column + 1);
  if (values.count == 0) return values;
  const auto number = [&](int offset) { return row.number(column + offset) + 0.0; };  // -0 is 0
  const auto count = static_cast<double>(values.count);
  values.min = number(2);
  values.p50 = number(3);
  values.p95 = number(4);
  values.p99 = number(5);
  values.max = number(6);
  const double average = number(7) / count + number(8) / count * kHugeDivisor;
  values.average = std::clamp(average, *values.min, *values.max);
  values.histogram = readHistogram(row, column + 9, *values.min, *values.max);
  return values;
}

}  // namespace xray::sql
