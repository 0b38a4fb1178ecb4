#pragma once
// Keyset pages over rows that are all at hand.

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "xray/page_fill.h"
#include "xray/store.h"

namespace xray::memory {

inline PageCursor cursorAt(const Run& run, SortKey key) {
  switch (key) {
    case SortKey::StartedAt:
      return {run.startedAt.time_since_epoch().count(), run.runId, {}};
    case SortKey::LastActivityAt:
      return {run.lastActivityAt.time_since_epoch().count(), run.runId, {}};
    case SortKey::Duration:
      break;
  }
  PageCursor cursor{std::nullopt, run.runId, {}};
  if (run.duration) cursor.key = run.duration->count();
  return cursor;
}

inline PageCursor cursorAt(const Step& step, SortKey key) {
  PageCursor cursor{std::nullopt, step.stepId, step.runId};
  if (key == SortKey::StartedAt) cursor.key = step.startedAt.time_since_epoch().count();
  if (key == SortKey::Duration && step.duration) cursor.key = step.duration->count();
  return cursor;
}

/// True when the row at `left` stands before the one at `right`: by key, those without one last, then by ids.
inline bool standsBefore(const PageCursor& left, const PageCursor& right, bool descending) {
  if (left.key.has_value() != right.key.has_value()) return left.key.has_value();
  if (left.key != right.key) return descending ? *left.key > *right.key : *left.key < *right.key;
  return std::tie(left.id, left.runId) < std::tie(right.id, right.runId);
}

/// The page of `rows`, which are in no order, that follows query.after.
template <typename Row>
Page<Row> pageOf(std::vector<Row> rows, const PageQuery& query, const ReadContext& context) {
  const auto at = [&](const Row& row) { return cursorAt(row, query.order.key); };
  if (query.after) {
    std::erase_if(rows, [&](const Row& row) { return !standsBefore(*query.after, at(row), query.order.descending); });
  }
  std::ranges::sort(rows, [&](const Row& left, const Row& right) {
    return standsBefore(at(left), at(right), query.order.descending);
  });
  Page<Row> page;
  PageFill fill(query.pageSize, context);
  for (Row& row : rows) {
    if (fill.full()) {
      page.next = at(page.rows.back());
      break;
    }
    fill.add(row);
    page.rows.push_back(std::move(row));
  }
  return page;
}

}  // namespace xray::memory
