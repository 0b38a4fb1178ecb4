#include "bench/load/http_client.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>

namespace xray::bench {
namespace {

constexpr timeval kPatience{60, 0};
constexpr std::size_t kReadBytes = 16 * 1024;

/// The number behind a header's name, which the server writes in this spelling.
std::optional<int> numberOf(std::string_view head, std::string_view name) {
  const std::size_t at = head.find(name);
  if (at == head.npos) return std::nullopt;
  std::string_view rest = head.substr(at + name.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  int number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace

Result<Place> parsePlace(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const std::size_t colon = url.rfind(':');
  if (!url.starts_with(kScheme) || colon == url.npos || colon < kScheme.size()) {
    return Status(StatusCode::InvalidArgument, "expected http://HOST:PORT, not " + std::string(url));
  }
  return Place{std::string(url.substr(kScheme.size(), colon - kScheme.size())), std::string(url.substr(colon + 1))};
}

Result<HttpClient::Answer> HttpClient::post(std::string_view body) {
  if (socket_ < 0) {
    if (Status status = connect(); !status.ok()) return status;
  }
  const std::string head = "POST /v1/events HTTP/1.1\r\nHost: " + place_.host +
                           "\r\nContent-Type: application/x-ndjson\r\nContent-Length: " + std::to_string(body.size()) +
                           "\r\n\r\n";
  if (Status status = send(head, body); !status.ok()) return status;
  return receive();
}

Status HttpClient::connect() {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(place_.host.c_str(), place_.port.c_str(), &wanted, &found); code != 0) {
    return {StatusCode::Unavailable, std::string("looking the address up: ") + ::gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  socket_ = ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol);
  if (socket_ < 0 || ::connect(socket_, found->ai_addr, found->ai_addrlen) != 0) return broken("connecting");
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  return {};
}

Status HttpClient::send(std::string_view head, std::string_view body) {
  while (!head.empty() || !body.empty()) {
    const iovec parts[] = {{const_cast<char*>(head.data()), head.size()},
                           {const_cast<char*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts);
    message.msg_iovlen = 2;
    const ssize_t sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return broken("sending");
    const std::size_t ofHead = std::min(static_cast<std::size_t>(sent), head.size());
    head.remove_prefix(ofHead);
    body.remove_prefix(static_cast<std::size_t>(sent) - ofHead);
  }
  return {};
}

Result<HttpClient::Answer> HttpClient::receive() {
  received_.clear();
  std::size_t headEnd = std::string::npos;
  std::size_t wanted = 0;
  while (headEnd == std::string::npos || received_.size() < wanted) {
    const std::size_t before = received_.size();
    received_.resize(before + kReadBytes);
    const ssize_t got = ::recv(socket_, received_.data() + before, kReadBytes, 0);
    received_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return broken("receiving");
    if (headEnd == std::string::npos && (headEnd = received_.find("\r\n\r\n")) != std::string::npos) {
      wanted = headEnd + 4 + static_cast<std::size_t>(numberOf(received_, "\r\nContent-Length:").value_or(0));
    }
  }
  const std::string_view head(received_.data(), headEnd);
  Answer answer;
  answer.status = numberOf(head, "HTTP/1.1").value_or(0);
  answer.retryAfter = numberOf(head, "\r\nRetry-After:");
  answer.body = std::string_view(received_).substr(headEnd + 4);
  if (head.find("\r\nConnection: close") != head.npos) close();
  return answer;
}

bool HttpClient::open() const {
  char byte;
  if (socket_ < 0) return false;
  const ssize_t got = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void HttpClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

Status HttpClient::broken(const char* doing) {
  const int error = errno;
  close();
  return {StatusCode::Unavailable, std::string(doing) + ": " + std::generic_category().message(error)};
}

}  // namespace xray::bench
