#include "http_receiver.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "receipt_json.h"
#include "xray/http/problem.h"
#include "xray/text.h"

namespace xray::httptransport {
namespace {

constexpr std::chrono::seconds kRetryAfter{1};

/// The format that a Content-Type names; its parameters (charset) do not matter, for JSON is UTF-8.
std::optional<BatchFormat> batchFormat(std::string_view contentType) {
  std::string type(contentType.substr(0, contentType.find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  if (type == "application/x-ndjson") {
    return BatchFormat::NdJson;
  }
  if (type == "application/json") {
    return BatchFormat::Json;
  }
  return std::nullopt;
}

http::Response unknownContentType(std::string_view contentType) {
  http::Response response =
      http::problem(415, "unknown_content_type", "Unknown content type",
                    "Content-Type " + (contentType.empty() ? "is missing" : xray::quoted(contentType)) +
                        " (known: application/x-ndjson, application/json)");
  response.headers.emplace_back("Accept", "application/x-ndjson, application/json");
  return response;
}

http::Response shuttingDown() {
  return toResponse(Status(StatusCode::Unavailable, "the backend is shutting down"));
}

}  // namespace

http::Response toResponse(const Status& status) {
  const std::chrono::seconds wait = status.retryAfter().value_or(kRetryAfter);
  switch (status.code()) {
    case StatusCode::InvalidArgument:
      return http::problem(400, "invalid_batch", "Invalid batch", status.message());
    case StatusCode::Unauthenticated: {
      http::Response response = http::problem(401, "unauthenticated", "Unauthenticated", status.message());
      response.headers.emplace_back("WWW-Authenticate", "Bearer");
      return response;
    }
    case StatusCode::PermissionDenied:
      return http::problem(403, "permission_denied", "Permission denied", status.message());
    case StatusCode::TooLarge:
      return http::problem(413, "batch_too_large", "Batch too large", status.message());
    case StatusCode::Overloaded:
      return http::withRetryAfter(http::problem(429, "overloaded", "Overloaded", status.message()), wait);
    case StatusCode::Unavailable:
    case StatusCode::DeadlineExceeded:
    case StatusCode::Closed:
      return http::withRetryAfter(http::problem(503, "unavailable", "Unavailable", status.message()), wait);
    default:
      return http::problem(500, "internal", "Internal error", "the backend failed on this batch; its log may say why");
  }
}

HttpReceiver::HttpReceiver(http::ListenAddress address, const http::Limits& limits)
    : address_(std::move(address)), limits_(limits) {}

HttpReceiver::~HttpReceiver() = default;

Status HttpReceiver::start(Sink& sink) {
  http::Router router;
  router.add("POST", "/v1/events", [this, &sink](http::Request request, http::Respond respond) {
    take(std::move(request), std::move(respond), sink);
  });
  auto started = http::Listener::start(address_, std::move(router), limits_);
  if (!started.ok()) {
    return started.status();
  }
  listener_ = std::move(started).value();
  return {};
}

Status HttpReceiver::stop(Deadline deadline) {
  stopping_ = true;
  return listener_ ? listener_->stop(deadline) : Status();
}

std::string HttpReceiver::endpoint() const {
  return "http://" + (listener_ ? listener_->address() : address_).toString();
}

Result<Backlog> HttpReceiver::backlog() const {
  return Status(StatusCode::NotSupported, "http-transport keeps nothing: a batch waits with its sender");
}

void HttpReceiver::take(http::Request request, http::Respond respond, Sink& sink) const {
  if (stopping_) {
    return respond(shuttingDown());
  }
  const std::string contentType = request.header("Content-Type").value_or("");
  const auto format = batchFormat(contentType);
  if (!format) {
    return respond(unknownContentType(contentType));
  }
  if (request.body.empty()) {
    return respond(toResponse({StatusCode::InvalidArgument, "the body is empty; a batch has at least one event"}));
  }
  sink.submit({std::move(request.body), *format}, [respond = std::move(respond)](const Result<Receipt>& receipt) {
    respond(receipt.ok() ? http::Response{.body = writeReceipt(*receipt)} : toResponse(receipt.status()));
  });
}

Result<std::unique_ptr<Receiver>> makeReceiver(const Options& options) {
  const auto address = http::ListenAddress::parse(options.text("listen"));
  if (!address.ok()) {
    return Status(address.status().code(), "listen: " + address.status().message());
  }
  const auto milliseconds = [&](std::string_view name) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(options.duration(name));
  };
  const http::Limits limits{.maxBodyBytes = static_cast<std::size_t>(options.integer("max_body_bytes")),
                            .maxHeaderBytes = static_cast<std::size_t>(options.integer("max_header_bytes")),
                            .maxConnections = static_cast<std::size_t>(options.integer("max_connections")),
                            .idleTimeout = milliseconds("idle_timeout"),
                            .requestTimeout = milliseconds("request_timeout"),
                            .threads = static_cast<unsigned>(options.integer("threads"))};
  return std::unique_ptr<Receiver>(std::make_unique<HttpReceiver>(*address, limits));
}

}  // namespace xray::httptransport
