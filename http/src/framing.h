#pragma once
// Where one request ends and the next begins: whatever could be read in two ways is refused (RFC 9112).

#include <boost/beast/http.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "xray/http/limits.h"
#include "xray/http/message.h"

namespace xray::http {

/// Looks for the end of a request's head while it comes in, byte by byte once, and finds what Beast would forgive: bare
/// line feeds, folded lines, control characters; and a first line that is not HTTP/1.0 or 1.1 as soon as it is there.
class HeadScanner {
 public:
  enum class State { Incomplete, Complete, Bad, TooLarge };

  explicit HeadScanner(std::size_t maxBytes) : maxBytes_(maxBytes) {}

  /// `bytes`: all of the connection's unread bytes, as before but with more at the end.
  State scan(std::string_view bytes);
  /// Of the head with its empty line; only when Complete.
  std::size_t size() const { return position_; }
  /// What is wrong; only when Bad.
  const char* problem() const { return problem_; }

 private:
  State bad(const char* problem);
  State lineEnd(std::string_view bytes);

  std::size_t maxBytes_;
  std::size_t position_ = 0;   // of the next byte to look at
  std::size_t lineStart_ = 0;  // of the line that it belongs to
  bool firstLine_ = true;
  const char* problem_ = nullptr;
};

using RequestHeader = boost::beast::http::request_header<>;

/// Refuses a parsed head that does not tell for certain whom it is for and where its message ends: the response to send
/// before closing, or nothing. `hasLength` and `chunked` are Beast's reading.
std::optional<Response> refuseFraming(const RequestHeader& header, bool hasLength, bool chunked);

/// Refuses a well framed message whose body this server would not take, or that lacks one: as above. Where the
/// router has no handler for the message either, the router's answer goes before.
std::optional<Response> refuseBody(const RequestHeader& header, const Limits& limits,
                                   std::optional<std::uint64_t> contentLength, bool chunked);

/// The problems of framing: each closes the connection.
Response badRequest(std::string_view detail);
Response headerTooLarge(const Limits& limits);
Response bodyTooLarge(std::string_view detail);

}  // namespace xray::http
