#pragma once
// Keyset paging, the same for runs and steps.

#include <string>

#include "xray/page_fill.h"
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

/// Fills a page with the rows of such a statement, in their order. One thread at a time.
template <typename RowType, typename CursorOf>
class PageBuilder {
 public:
  /// `cursorOf(row, sortKey)` is the place behind a row.
  PageBuilder(const PageQuery& query, const ReadContext& context, CursorOf cursorOf)
      : key_(query.order.key), cursorOf_(cursorOf), fill_(query.pageSize, context) {}

  /// Takes the row that `read` gives. False when the page is full: the row is not read, it only says that there is a
  /// next page, and no further one is wanted.
  template <typename Read>
  bool take(Read read) {
    if (fill_.full()) {
      page_.next = cursorOf_(page_.rows.back(), key_);
      return false;
    }
    page_.rows.push_back(read());
    fill_.add(page_.rows.back());
    return true;
  }

  Page<RowType> finish() { return std::move(page_); }

 private:
  const SortKey key_;
  const CursorOf cursorOf_;
  PageFill fill_;
  Page<RowType> page_;
};

}  // namespace xray::sql
