#include "connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>
#include <unistd.h>

#include <charconv>
#include <istream>
#include <ostream>

#include "xray/text.h"

namespace xray::httptransport {
namespace {

using Poco::Net::HTTPMessage;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

/// More is no receipt.
constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 20;

/// Poco's own idea of when a connection is stale; ours is to try.
const Poco::Timespan kKeepAlive(365, 0, 0, 0, 0);

std::optional<std::chrono::seconds> retryAfter(const HTTPResponse& response) {
  const std::string text = response.get("Retry-After", "");
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

}  // namespace

Result<Endpoint> Endpoint::parse(const std::string& url) {
  const auto bad = [&](const std::string& why) {
    return Status(StatusCode::InvalidArgument,
                  "url: " + xray::quoted(url) + ": " + why + "; write http://HOST:PORT, as in http://127.0.0.1:7008");
  };
  try {
    const Poco::URI uri(url);
    if (uri.getScheme() != "http") {
      return bad("only http is spoken here");
    }
    if (uri.getHost().empty() || uri.getPort() == 0) {
      return bad("the host is missing");
    }
    if (!uri.getUserInfo().empty() || !uri.getRawQuery().empty() || !uri.getFragment().empty()) {
      return bad("only a host, a port and a path may be given");
    }
    std::string path = uri.getPathEtc();
    while (path.ends_with('/')) {
      path.pop_back();
    }
    return Endpoint{uri.getHost(), uri.getPort(), path + "/v1/events"};
  } catch (const Poco::Exception& error) {
    return bad(error.displayText());
  }
}

std::string Endpoint::toString() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return "http://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + path;
}

void Connection::open() {
  socket_ = new DeadlineSocket(cancel_);
  const Poco::Net::StreamSocket socket(socket_);  // counts references, and so does the session
  session_ = std::make_unique<Poco::Net::HTTPClientSession>(socket);
  session_->setHost(endpoint_.host);
  session_->setPort(endpoint_.port);
  session_->setKeepAlive(true);
  session_->setKeepAliveTimeout(kKeepAlive);
  opener_ = ::getpid();
}

Result<Answer> Connection::post(const Upload& upload, Deadline deadline) {
  if (opener_ != ::getpid()) {
    session_.reset();
  }
  for (;;) {
    const bool reused = session_ != nullptr;
    std::string why;
    try {
      if (!reused) {
        open();
      }
      socket_->expireAt(deadline);
      return exchange(upload);
    } catch (const Poco::Exception& error) {
      why = error.displayText();
    } catch (const std::exception& error) {
      why = error.what();
    }
    session_.reset();
    if (!reused || cancel_.isSet() || std::chrono::steady_clock::now() >= deadline) {
      return Status(StatusCode::Unavailable, endpoint_.toString() + ": " + why);
    }
  }
}

Answer Connection::exchange(const Upload& upload) {
  HTTPRequest request(HTTPRequest::HTTP_POST, endpoint_.path, HTTPMessage::HTTP_1_1);
  request.setContentType(std::string(upload.contentType));
  request.setContentLength64(static_cast<Poco::Int64>(upload.body.size()));
  if (upload.encoding != http::Encoding::Identity) {
    request.set("Content-Encoding", std::string(http::toString(upload.encoding)));
  }
  if (!upload.key.empty()) {
    request.set("Authorization", "Bearer " + std::string(upload.key));
  }
  std::ostream& out = session_->sendRequest(request);
  out.write(upload.body.data(), static_cast<std::streamsize>(upload.body.size()));
  out.flush();
  return receive();
}

Answer Connection::receive() {
  HTTPResponse response;
  std::istream& in = session_->receiveResponse(response);
  Answer answer{static_cast<int>(response.getStatus()), response.getReason(), {}, retryAfter(response)};
  char bytes[16 * 1024];
  while (in.read(bytes, sizeof bytes), in.gcount() > 0) {
    answer.body.append(bytes, static_cast<std::size_t>(in.gcount()));
    if (answer.body.size() > kMaxAnswerBytes) {
      throw Poco::Net::MessageException("the answer is too large");
    }
  }
  const auto length = response.getContentLength64();
  if (in.bad() ||
      (length != HTTPMessage::UNKNOWN_CONTENT_LENGTH && static_cast<std::uint64_t>(length) != answer.body.size())) {
    throw Poco::Net::MessageException("the connection broke in the middle of the answer");
  }
  if (!response.getKeepAlive() || session_->networkException()) {
    session_.reset();
  }
  return answer;
}

}  // namespace xray::httptransport
