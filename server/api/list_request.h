#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/api/endpoint.h"
#include "server/api/page_token.h"
#include "server/api/query_parameters.h"

namespace xray::server {

inline constexpr std::int64_t kDefaultPageSize = 50;
inline constexpr std::int64_t kMaxPageSize = 1000;

/// What `filter`, `order_by`, `page_size` and `page_token` of a list ask for. One thread at a time.
class ListRequest {
 public:
  /// `orders`: the allowed order_by texts, the default first. `endpoint` stands in the tokens.
  ///   InvalidArgument  a parameter that does not fit; the message names it and what is allowed
  static Result<ListRequest> read(const ApiCall& call, const QueryParameters& parameters, Entity entity,
                                  std::string_view endpoint, std::span<const std::string_view> orders);

  /// A view of this object.
  PageQuery query() const;

  /// For the page after the one that ended at `cursor`.
  std::string nextToken(const PageCursor& cursor) const;

 private:
  std::string_view endpoint_;
  std::string filterText_;
  std::string orderText_;
  Filter filter_;
  Order order_;
  std::size_t pageSize_ = 0;
  Timestamp firstAsked_;
  std::optional<PageCursor> after_;
};

/// An empty token is one that was not given.
const std::string* pageTokenOf(const QueryParameters& parameters);

/// Appends `"next_page_token": "…"` (or null) and the closing brace.
void endPage(std::string& body, const std::optional<std::string>& token);

}  // namespace xray::server
