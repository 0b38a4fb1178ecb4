#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/source.h"

namespace xray::cli {

/// Rows of a list, from as many pages as it took.
struct Listing {
  std::vector<std::string> rows;    // JSON objects
  std::optional<std::string> next;  // the token of what follows, when there is more

  /// As the API writes one page: {"runs": […], "next_page_token": …}.
  std::string json(const std::string& member) const;
};

/// The first `limit` rows of a list whose pages have them in `member`. `question` has no page parameters.
Result<Listing> listRows(Source& source, Question question, const std::string& member, std::size_t limit);

}  // namespace xray::cli
