#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xray/status.h"

namespace xray::bench {

struct Place {
  std::string host;
  std::string port;
};

/// Of "http://127.0.0.1:7008".
///   InvalidArgument  another form
Result<Place> parsePlace(std::string_view url);

/// One keep-alive connection that blocks: a few microseconds of CPU a request, so that the server is what is measured.
/// One thread at a time.
class HttpClient {
 public:
  struct Answer {
    int status = 0;
    std::optional<int> retryAfter;  // seconds
    std::string_view body;          // until the next request
  };

  explicit HttpClient(Place place) : place_(std::move(place)) {}
  ~HttpClient() { close(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Posts NDJSON to /v1/events and waits for the answer; connects where there is no connection.
  ///   Unavailable  the connection broke, or there was no answer within a minute; the next post makes a new one
  Result<Answer> post(std::string_view body);

  /// Whether the connection is there still, as far as can be seen without a request.
  bool open() const;
  void close();

 private:
  Status connect();
  Status send(std::string_view head, std::string_view body);
  Result<Answer> receive();
  Status broken(const char* doing);

  const Place place_;
  int socket_ = -1;
  std::string received_;
};

}  // namespace xray::bench
