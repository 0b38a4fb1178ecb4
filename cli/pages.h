#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/source.h"

namespace xray::cli {

/// The most rows that a page has.
inline constexpr std::size_t kMaxPageSize = 1000;

/// Takes a row's JSON, borrowed for the call; false: no more of them.
using VisitRow = std::function<bool(std::string_view row)>;

/// Asks for the page that `token` names, the first one without, and visits its rows, which it has in `member`. Gives
/// the next page's token; nothing on the last page, or when the visitor had enough. `question` has no page parameters.
///   Internal  what was answered has no rows
///   else      as Source::ask, or what was answered
Result<std::optional<std::string>> visitPage(Source& source, Question question, const std::string& member,
                                             std::size_t pageSize, const std::optional<std::string>& token,
                                             const VisitRow& visit);

/// Visits the first `limit` rows of a list in constant memory: a page at a time.
Status forEachRow(Source& source, const Question& question, const std::string& member, std::size_t limit,
                  const VisitRow& visit, std::size_t pageSize = kMaxPageSize);

/// Rows of a list, from as many pages as it took.
struct Listing {
  std::vector<std::string> rows;    // JSON objects
  std::optional<std::string> next;  // the token of what follows, when there is more

  /// As the API writes one page: {"runs": […], "next_page_token": …}.
  std::string json(const std::string& member) const;
};

/// The first `limit` rows of a list.
Result<Listing> listRows(Source& source, const Question& question, const std::string& member, std::size_t limit);

}  // namespace xray::cli
