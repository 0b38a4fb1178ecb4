#pragma once
// Keyset paging, the same for runs and steps.

#include <string>

#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

/// What the Store contract asks of a page's parameters.
///   InvalidArgument  a page size outside 1..1000, a filter over the other entity, steps by last activity
Status checkPageQuery(const PageQuery& query, Entity entity);
Status checkPageSize(std::size_t pageSize);

/// What is paged: the column of the sort key, whether it can be null, and the ids that order equal keys.
struct PagedColumns {
  std::string key;
  bool nullable = false;
  std::string id;
  std::string runId;  // empty for runs
};

/// The condition of the rows after `cursor`.
std::string afterCursor(const PagedColumns& columns, bool descending, const PageCursor& cursor,
                        StatementBuilder& statement);

/// "ORDER BY … LIMIT n": one row more than the page, which tells whether there is a next one.
std::string orderAndLimit(const PagedColumns& columns, const PageQuery& query, StatementBuilder& statement);

/// Rows of such a statement as a page: the one too many only says that there is a next one, which begins after the last
/// that stays.
template <typename RowType, typename CursorOf>
Page<RowType> makePage(std::vector<RowType> rows, const PageQuery& query, CursorOf cursorOf) {
  Page<RowType> page{std::move(rows), std::nullopt};
  if (page.rows.size() > query.pageSize) {
    page.rows.resize(query.pageSize);
    page.next = cursorOf(page.rows.back(), query.order.key);
  }
  return page;
}

}  // namespace xray::sql
