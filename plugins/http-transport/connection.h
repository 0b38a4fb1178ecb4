#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "cancel_signal.h"
#include "deadline_socket.h"
#include "xray/http/decompress.h"
#include "xray/status.h"

namespace xray::httptransport {

/// Where batches go.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::string path;  // "/v1/events"

  /// Reads "http://host:port/prefix" and adds the path of the events.
  ///   InvalidArgument  anything else
  static Result<Endpoint> parse(const std::string& url);
  std::string toString() const;
};

/// One request's body and what the backend must know of it.
struct Upload {
  std::string_view body;
  std::string_view contentType;
  http::Encoding encoding = http::Encoding::Identity;
  std::string_view key;  // a bearer token; empty: none
};

struct Answer {
  int status = 0;
  std::string reason;
  std::string body;
  std::optional<std::chrono::seconds> retryAfter;
};

/// A kept-alive connection to one endpoint, opened when it is needed, also after a fork. One thread at a time.
class Connection {
 public:
  /// `cancel` outlives the connection.
  Connection(Endpoint endpoint, const CancelSignal& cancel) : endpoint_(std::move(endpoint)), cancel_(cancel) {}

  /// Sends one request and reads its answer, whatever its status. When a connection that was kept open turns out to be
  /// closed, a new one is tried at once.
  ///   Unavailable  no connection, a broken one, the deadline, or a cancel; the request may have arrived nevertheless
  Result<Answer> post(const Upload& upload, Deadline deadline);

  const Endpoint& endpoint() const { return endpoint_; }

 private:
  void open();
  Answer exchange(const Upload& upload);
  Answer receive();

  const Endpoint endpoint_;
  const CancelSignal& cancel_;
  std::unique_ptr<Poco::Net::HTTPClientSession> session_;
  DeadlineSocket* socket_ = nullptr;  // of session_
  pid_t opener_ = 0;                  // the process that opened it; a child must not write into its parent's connection
};

}  // namespace xray::httptransport
