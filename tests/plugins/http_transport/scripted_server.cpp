#include "scripted_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "http/raw_client.h"

namespace xray::test {
namespace {

bool receiveMore(int socket, std::string& received) {
  char bytes[64 * 1024];
  const auto size = ::recv(socket, bytes, sizeof bytes, 0);
  if (size <= 0) {
    return false;
  }
  received.append(bytes, static_cast<std::size_t>(size));
  return true;
}

bool sendAll(int socket, const std::string& bytes) {
  return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

ScriptedServer::ScriptedServer(std::vector<Step> steps)
    : steps_(std::move(steps)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  ::shutdown(open_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::vector<ScriptedServer::Recorded> ScriptedServer::requests() const {
  const std::lock_guard lock(mu_);
  return requests_;
}

bool ScriptedServer::waitForRequests(std::size_t count) {
  std::unique_lock lock(mu_);
  return changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
}

void ScriptedServer::run() {
  for (int connection = 1; !stopping_; ++connection) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    open_ = socket;
    while (!stopping_ && serve(socket, connection)) {
    }
    open_ = -1;
    ::close(socket);
  }
}

bool ScriptedServer::serve(int socket, int connection) {
  std::string received;
  std::size_t end;
  while ((end = received.find("\r\n\r\n")) == std::string::npos) {
    if (!receiveMore(socket, received)) {
      return false;
    }
  }
  const std::size_t index = requests().size();
  if (index >= steps_.size()) {
    return false;
  }
  const Step& step = steps_[index];
  const std::size_t length = std::stoul(received.substr(received.find("Content-Length: ") + 16));
  while (step.then != Step::Then::Early && received.size() < end + 4 + length) {
    if (!receiveMore(socket, received)) {
      return false;
    }
  }
  record({received.substr(0, end + 2), received.substr(end + 4), connection});
  sendAll(socket, step.bytes);
  switch (step.then) {
    case Step::Then::Keep:
      return true;
    case Step::Then::Close:
    case Step::Then::Early:
      return false;
    case Step::Then::Hang:
      return receiveMore(socket, received);
    case Step::Then::Trickle:
      while (!stopping_ && sendAll(socket, "x")) {
        std::this_thread::yield();
      }
      return false;
  }
  return false;
}

void ScriptedServer::record(Recorded request) {
  const std::lock_guard lock(mu_);
  requests_.push_back(std::move(request));
  changed_.notify_all();
}

std::string answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Because\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

}  // namespace xray::test
