#include "xray/sql/page_sql.h"

#include "xray/sql/dialect.h"

namespace xray::sql {
namespace {

std::string afterId(const PagedColumns& columns, const PageCursor& cursor, StatementBuilder& statement) {
  const std::string id = statement.bind(cursor.id);
  if (columns.runId.empty()) return columns.id + " > " + id;
  return "(" + columns.id + ", " + columns.runId + ") > (" + id + ", " + statement.bind(cursor.runId) + ")";
}

}  // namespace

Status checkPageSize(std::size_t pageSize) {
  if (pageSize >= 1 && pageSize <= 1000) return {};
  return {StatusCode::InvalidArgument, "a page has 1 to 1000 rows, not " + std::to_string(pageSize)};
}

Status checkPageQuery(const PageQuery& query, Entity entity) {
  if (query.filter && query.filter->entity != entity) {
    return {StatusCode::InvalidArgument, "the filter is about the other entity"};
  }
  if (entity == Entity::Step && query.order.key == SortKey::LastActivityAt) {
    return {StatusCode::InvalidArgument, "only runs can be ordered by last_activity_at"};
  }
  return checkPageSize(query.pageSize);
}

std::string afterCursor(const PagedColumns& columns, bool descending, const PageCursor& cursor,
                        StatementBuilder& statement) {
  if (!cursor.key) return "(" + columns.key + " IS NULL AND " + afterId(columns, cursor, statement) + ")";
  // Durations are numbers, everything else that is sorted by is a time.
  const Value key = columns.nullable ? Value(*cursor.key) : Value(Timestamp(Microseconds(*cursor.key)));
  const std::string bound = statement.bind(key);
  // "key <= x AND (…)" rather than "key < x OR (…)": the first half is a range that an index can begin at.
  std::string text = "(" + columns.key + (descending ? " <= " : " >= ") + bound + " AND (" + columns.key +
                     (descending ? " < " : " > ") + bound + " OR " + afterId(columns, cursor, statement) + "))";
  return columns.nullable ? "(" + text + " OR " + columns.key + " IS NULL)" : text;
}

std::string orderAndLimit(const PagedColumns& columns, const PageQuery& query, StatementBuilder& statement) {
  std::string text = " ORDER BY " + columns.key + (query.order.descending ? " DESC" : " ASC");
  if (columns.nullable) text += " NULLS LAST";
  text += ", " + columns.id;
  if (!columns.runId.empty()) text += ", " + columns.runId;
  return text + " LIMIT " + statement.bind(static_cast<std::int64_t>(query.pageSize) + 1);
}

}  // namespace xray::sql
