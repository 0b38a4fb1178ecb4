#include "http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace xray::test {
namespace {

bool ready(int socket, short events) {
  pollfd poll{socket, events, 0};
  return ::poll(&poll, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) > 0;
}

}  // namespace

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::yield();
  }
  return true;
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int noDelay = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &noDelay, sizeof noDelay);
  ended_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
}

RawClient::~RawClient() {
  ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!ready(socket_, POLLOUT)) {
      return false;
    }
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::finishSending() {
  ::shutdown(socket_, SHUT_WR);
}

void RawClient::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(socket_);
  socket_ = -1;
}

bool RawClient::receive() {
  char bytes[16 * 1024];
  const auto size = !ended_ && ready(socket_, POLLIN) ? ::recv(socket_, bytes, sizeof bytes, 0) : 0;
  if (size <= 0) {
    ended_ = true;
    return false;
  }
  received_.append(bytes, static_cast<std::size_t>(size));
  return true;
}

std::optional<RawResponse> RawClient::response(bool head) {
  std::size_t end;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) {
      return std::nullopt;
    }
  }
  RawResponse response;
  response.status = std::atoi(received_.c_str() + std::string_view("HTTP/1.1 ").size());
  for (std::size_t at = received_.find("\r\n") + 2; at < end + 2;) {
    const std::size_t next = received_.find("\r\n", at);
    const std::string line = received_.substr(at, next - at);
    std::string name = line.substr(0, line.find(':'));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    response.headers[name] = line.substr(std::min(line.find(':') + 2, line.size()));
    at = next + 2;
  }
  received_.erase(0, end + 4);
  const auto length = response.headers.find("content-length");
  const bool bodiless = head || response.status < 200 || response.status == 204 || response.status == 304;
  if (!bodiless && response.headers.contains("transfer-encoding")) {
    std::optional<std::string> body = chunkedBody();
    if (!body) {
      return std::nullopt;
    }
    response.body = std::move(*body);
    return response;
  }
  if (!bodiless && length == response.headers.end()) {
    while (receive()) {
    }
    response.body = std::move(received_);
    received_.clear();
    return response;
  }
  const std::size_t size = bodiless ? 0 : std::stoul(length->second);
  while (received_.size() < size) {
    if (!receive()) {
      return std::nullopt;
    }
  }
  response.body = received_.substr(0, size);
  received_.erase(0, size);
  return response;
}

std::optional<std::string> RawClient::lineOrNothing() {
  std::size_t end;
  while ((end = received_.find("\r\n")) == std::string::npos) {
    if (!receive()) {
      return std::nullopt;
    }
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 2);
  return line;
}

std::optional<std::string> RawClient::chunkedBody() {
  std::string body;
  while (true) {
    const auto line = lineOrNothing();
    if (!line) {
      return std::nullopt;
    }
    const std::size_t size = std::stoul(*line, nullptr, 16);
    while (received_.size() < size + 2) {
      if (!receive()) {
        return std::nullopt;
      }
    }
    body.append(received_, 0, size);
    received_.erase(0, size + 2);
    if (size == 0) {
      return body;
    }
  }
}

bool RawClient::closedByServer() {
  return received_.empty() && !receive();
}

std::optional<RawResponse> ask(std::uint16_t port, std::string_view bytes) {
  RawClient client(port);
  client.send(bytes);
  return client.response();
}

std::string post(std::string_view path, std::string_view body, std::string_view headers) {
  std::string out = "POST ";
  out.append(path)
      .append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n");
  return out.append(headers).append("\r\n").append(body);
}

std::string get(std::string_view path, std::string_view headers) {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: test\r\n").append(headers).append("\r\n");
}

}  // namespace xray::test
