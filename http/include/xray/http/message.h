#pragma once
// What a handler is given and what it gives back.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xray/status.h"

namespace xray::http {

/// One whole request, its body already decoded. A value type.
struct Request {
  std::string method;  // as sent; methods are case-sensitive, so "get" is not GET
  std::string target;  // as sent: "/v1/runs?page_size=5"
  std::string path;    // percent-decoded, UTF-8, begins with '/'
  /// Decoded ('+' is a space) and UTF-8, in their order, doubles kept. A name without '=' has an empty value.
  std::vector<std::pair<std::string, std::string>> query;
  /// What stood in the place of each {name} of the route's pattern, decoded; filled by the Router.
  std::map<std::string, std::string> pathParameters;
  /// As sent, in order; trailers are not among them.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // Content-Encoding undone

  /// The value of a header, whatever the case of its name; the values of one that was sent several times joined by ",
  /// ".
  std::optional<std::string> header(std::string_view name) const;
};

/// A body that is made while it is sent. One piece is in memory at a time: the next is asked for when the client has
/// taken the one before, so a slow client slows its maker down and nothing else.
///
/// Thread-safety: next() from one thread at a time. Lifetime: kept until its end, or until the client went away.
class BodyStream {
 public:
  /// Takes a piece of any size; an empty one ends the body. A failure cuts the connection off, by which the client
  /// knows that the body is not whole.
  using Taker = std::function<void(Result<std::string>)>;

  virtual ~BodyStream() = default;

  /// Calls `taker` once, now or later, from any thread, and must not block. When the last copy of `taker` goes unused,
  /// that is a failure. Not called again before `taker` was, nor after the end.
  virtual void next(Taker taker) = 0;
};

/// A whole answer. Length, date and connection headers are the server's business; a CR, LF or NUL in a header becomes a
/// space.
struct Response {
  int status = 200;
  std::string contentType = "application/json";  // empty: no such header
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::shared_ptr<BodyStream> stream = nullptr;  // instead of `body`; not asked for anything when the request was HEAD
};

/// Answers the request that it came with. May be called from any thread, also after the connection or the listener is
/// gone; the first call counts, later ones do nothing. When the last copy goes unused, the client is answered with 500.
using Respond = std::function<void(Response)>;

/// Serves one request: calls `respond` now or later, and must not block, for it runs on one of the listener's few
/// threads. Called concurrently. What it throws is answered with 500.
using Handler = std::function<void(Request request, Respond respond)>;

}  // namespace xray::http
