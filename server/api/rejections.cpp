// GET /v1/rejections: what was refused, newest first.

#include "server/api/base64.h"
#include "server/api/list_request.h"
#include "server/api/responses.h"
#include "xray/json.h"
#include "xray/text.h"

namespace xray::server {
namespace {

constexpr std::string_view kParameters[] = {"page_size", "page_token"};

void appendRejection(std::string& body, const StoredRejection& rejection) {
  const bool text = isUtf8(rejection.raw);
  JsonWriter(body)
      .beginObject()
      .key("id")
      .integer(rejection.id)
      .key("received_at")
      .string(formatTimestamp(rejection.receivedAt))
      .key("code")
      .string(toString(rejection.code))
      .key("detail")
      .string(rejection.detail)
      .key("raw")
      .string(text ? rejection.raw : toBase64(rejection.raw))
      .key("raw_encoding")
      .string(text ? "utf-8" : "base64")
      .endObject();
}

}  // namespace

http::Response listRejections(const ApiCall& call) {
  const Result<QueryParameters> parameters = QueryParameters::read(call.request, kParameters);
  if (!parameters.ok()) return problemOf(parameters.status());
  const Result<std::int64_t> pageSize = parameters->integer("page_size", kDefaultPageSize, 1, kMaxPageSize);
  if (!pageSize.ok()) return problemOf(pageSize.status());
  std::optional<std::int64_t> before;
  if (const std::string* token = pageTokenOf(*parameters)) {
    const Result<std::int64_t> id = decodeRejectionToken(*token);
    if (!id.ok()) return problemOf(id.status());
    before = *id;
  }
  const Result<RejectionPage> page = call.store().rejections(static_cast<std::size_t>(*pageSize), before, call.read);
  if (!page.ok()) return storeProblem(page.status());

  std::string body = "{\"rejections\":[";
  for (const StoredRejection& rejection : page->rows) {
    if (body.back() != '[') body += ',';
    appendRejection(body, rejection);
  }
  endPage(body, page->next ? std::optional(encodeRejectionToken(*page->next)) : std::nullopt);
  return jsonResponse(std::move(body));
}

}  // namespace xray::server
