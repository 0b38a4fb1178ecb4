#include "server/api/responses.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "server/api/query_parameters.h"
#include "xray/text.h"

namespace xray::server {

http::Response jsonResponse(std::string body) {
  http::Response response;
  response.body = std::move(body);
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

http::Response problemOf(const Status& status) {
  switch (status.code()) {
    case StatusCode::InvalidArgument: {
      std::vector<http::ProblemMember> extra;
      if (const auto position = status.position())
        extra.push_back({"position", static_cast<std::int64_t>(*position) + 1});
      return http::problem(400, "bad_request", "Bad request", status.message(), extra);
    }
    case StatusCode::NotFound:
      return http::problem(404, "not_found", "Not found", status.message());
    case StatusCode::DeadlineExceeded:
      return http::problem(504, "query_timeout", "query_timeout", status.message());
    case StatusCode::NotSupported:
      return http::problem(501, "not_supported", "Not supported", status.message());
    case StatusCode::Unavailable:
    case StatusCode::Overloaded:
    case StatusCode::Closed:
      return http::withRetryAfter(http::problem(503, "unavailable", "Unavailable", status.message()),
                                  status.retryAfter().value_or(std::chrono::seconds(1)));
    default:
      return http::problem(500, "internal", "Internal error", status.message());
  }
}

Status forClients(const Status& ofStore) {
  switch (ofStore.code()) {
    case StatusCode::Ok:
      return {};
    case StatusCode::DeadlineExceeded:
      return {ofStore.code(), "the query was cancelled at its deadline; ask for less, or for a shorter time"};
    case StatusCode::NotSupported:
      spdlog::warn("query refused by the store: {}", ofStore.toString());
      return {ofStore.code(), "the store that is configured cannot answer this"};
    case StatusCode::Unavailable:
    case StatusCode::Overloaded:
    case StatusCode::Closed: {
      spdlog::warn("query failed: {}", ofStore.toString());
      Status status(ofStore.code(), "the store is not available now; the server's log says why");
      if (ofStore.retryAfter()) status.retryIn(*ofStore.retryAfter());
      return status;
    }
    default:
      // Also what would be the caller's fault elsewhere: parameters were checked before.
      spdlog::error("query failed: {}", ofStore.toString());
      return {StatusCode::Internal, "the store failed; the server's log says why"};
  }
}

std::string withoutPaths(std::string_view message) {
  std::string out;
  while (!message.empty()) {
    const bool quotes = message.front() == '"';
    const std::size_t end = message.find(quotes ? '"' : ' ', 1);
    const std::string_view word = message.substr(0, end == std::string_view::npos ? end : end + 1);
    message.remove_prefix(word.size());
    const std::string_view bare = word.substr(std::min(word.find_first_not_of("(['"), word.size()));
    if (word.find('/') == std::string_view::npos) {
      out += word;
    } else if (quotes) {
      out += "\"…\"";
    } else if (!bare.starts_with('/') && !bare.starts_with('.')) {
      out += word;  // "I/O"
    } else {
      const std::size_t punctuation = word.find_last_not_of(":;,. ") + 1;
      out.append("…").append(word.substr(punctuation));
    }
  }
  return out;
}

http::Response storeProblem(const Status& ofStore) {
  return problemOf(forClients(ofStore));
}

Result<Id> idOf(const ApiCall& call, const std::string& name) {
  const std::string& text = call.path(name);
  if (const std::optional<Id> id = Id::parse(text)) return *id;
  return Status(StatusCode::InvalidArgument,
                name + ": must be a UUID like 0190b2a4-7c11-7000-8000-5f5a4c3b2a19, not " + quoted(text));
}

Status noParameters(const ApiCall& call) {
  return QueryParameters::read(call.request, {}).status();
}

}  // namespace xray::server
