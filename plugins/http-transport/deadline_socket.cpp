#include "deadline_socket.h"

#include <Poco/Net/NetException.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace xray::httptransport {

void DeadlineSocket::wait(short events) const {
  switch (cancel_.wait(sockfd(), events, deadline_)) {
    case CancelSignal::Woken::Ready:
      return;
    case CancelSignal::Woken::Deadline:
      throw Poco::TimeoutException("no answer in time");
    case CancelSignal::Woken::Cancelled:
      throw Poco::Net::ConnectionAbortedException("cancelled");
  }
}

void DeadlineSocket::connect(const Poco::Net::SocketAddress& address) {
  if (!initialized()) {
    init(address.af());
  }
  setBlocking(false);
  if (::connect(sockfd(), address.addr(), address.length()) != 0) {
    if (errno != EINPROGRESS && errno != EINTR) {
      error(errno, address.toString());
    }
    wait(POLLOUT);
    if (const int failure = socketError(); failure != 0) {
      error(failure, address.toString());
    }
  }
}

void DeadlineSocket::connect(const Poco::Net::SocketAddress& address, const Poco::Timespan&) {
  connect(address);
}

int DeadlineSocket::sendBytes(const void* buffer, int length, int flags) {
  const char* bytes = static_cast<const char*>(buffer);
  for (int sent = 0; sent < length;) {
    const auto size = ::send(sockfd(), bytes + sent, static_cast<std::size_t>(length - sent), flags | MSG_NOSIGNAL);
    if (size >= 0) {
      sent += static_cast<int>(size);
    } else if (errno == EAGAIN) {
      wait(POLLOUT);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      break;
    } else if (errno != EINTR) {
      error(errno);
    }
  }
  return length;
}

int DeadlineSocket::receiveBytes(void* buffer, int length, int flags) {
  for (;;) {
    const auto size = ::recv(sockfd(), buffer, static_cast<std::size_t>(length), flags);
    if (size >= 0) {
      return static_cast<int>(size);
    }
    if (errno == EAGAIN) {
      wait(POLLIN);
    } else if (errno != EINTR) {
      error(errno);
    }
  }
}

}  // namespace xray::httptransport
