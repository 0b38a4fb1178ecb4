#include "server/api/list_request.h"

#include <algorithm>

#include "xray/json.h"

namespace xray::server {
namespace {

Order orderOf(std::string_view text) {
  Order order;
  order.descending = text.ends_with(" desc");
  const std::string_view key = text.substr(0, text.find(' '));
  order.key = key == "duration"           ? SortKey::Duration
              : key == "last_activity_at" ? SortKey::LastActivityAt
                                          : SortKey::StartedAt;
  return order;
}

}  // namespace

const std::string* pageTokenOf(const QueryParameters& parameters) {
  const std::string* token = parameters.find("page_token");
  return token && token->empty() ? nullptr : token;
}

Result<ListRequest> ListRequest::read(const ApiCall& call, const QueryParameters& parameters, Entity entity,
                                      std::string_view endpoint, std::span<const std::string_view> orders) {
  ListRequest request;
  request.endpoint_ = endpoint;
  request.orderText_ = orders.front();
  if (const std::string* order = parameters.find("order_by")) {
    if (std::ranges::find(orders, *order) == orders.end()) return notAllowed("order_by", *order, orders);
    request.orderText_ = *order;
  }
  request.order_ = orderOf(request.orderText_);

  const Result<std::int64_t> pageSize = parameters.integer("page_size", kDefaultPageSize, 1, kMaxPageSize);
  if (!pageSize.ok()) return pageSize.status();
  request.pageSize_ = static_cast<std::size_t>(*pageSize);

  if (const std::string* filter = parameters.find("filter")) request.filterText_ = *filter;
  request.firstAsked_ = call.read.now;
  if (const std::string* token = pageTokenOf(parameters)) {
    const Result<PagePlace> place = decodePageToken({endpoint, request.filterText_, request.orderText_}, *token);
    if (!place.ok()) return place.status();
    request.firstAsked_ = place->firstAsked;
    request.after_ = place->cursor;
  }
  Result<Filter> filter = parseFilter(request.filterText_, entity, request.firstAsked_);
  if (!filter.ok()) return filter.status();
  request.filter_ = std::move(*filter);
  return request;
}

PageQuery ListRequest::query() const {
  return {&filter_, order_, pageSize_, after_};
}

std::string ListRequest::nextToken(const PageCursor& cursor) const {
  return encodePageToken({endpoint_, filterText_, orderText_}, {firstAsked_, cursor});
}

void endPage(std::string& body, const std::optional<std::string>& token) {
  body += "],\"next_page_token\":";
  if (token) {
    appendJsonString(body, *token);
  } else {
    body += "null";
  }
  body += '}';
}

}  // namespace xray::server
