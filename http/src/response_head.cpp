#include "response_head.h"

#include <boost/beast/http/status.hpp>
#include <ostream>  // before status.hpp, which forgets it in Boost 1.74

namespace xray::http {
namespace {

/// A value from elsewhere must not begin a header, or a response, of its own.
void appendHeader(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) {
    out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  }
  out.append("\r\n");
}

std::string httpDate(std::time_t now) {
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

}  // namespace

bool hasBody(int status) {
  return status != 204 && status != 304;
}

std::string responseHead(const Response& response, BodyEnd end, bool keepAlive, std::time_t now) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  std::string out =
      "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason.data(), reason.size()) + "\r\n";
  appendHeader(out, "Date", httpDate(now));
  if (hasBody(response.status)) {
    if (!response.contentType.empty()) {
      appendHeader(out, "Content-Type", response.contentType);
    }
    if (end == BodyEnd::Length) {
      appendHeader(out, "Content-Length", std::to_string(response.body.size()));
    } else if (end == BodyEnd::Chunks) {
      appendHeader(out, "Transfer-Encoding", "chunked");
    }
  }
  appendHeader(out, "Connection", keepAlive ? "keep-alive" : "close");
  for (const auto& [name, value] : response.headers) {
    appendHeader(out, name, value);
  }
  out.append("\r\n");
  return out;
}

}  // namespace xray::http
