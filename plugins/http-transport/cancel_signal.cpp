#include "cancel_signal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

namespace xray::httptransport {

CancelSignal::CancelSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
}

CancelSignal::~CancelSignal() {
  ::close(event_);
}

void CancelSignal::set() {
  set_ = true;
  ::eventfd_write(event_, 1);
}

CancelSignal::Woken CancelSignal::wait(int descriptor, short events, Deadline deadline) const {
  for (;;) {
    if (set_) {
      return Woken::Cancelled;
    }
    const auto now = std::chrono::steady_clock::now();
    const std::int64_t left = now < deadline ? std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count() : 0;
    pollfd watched[] = {{event_, POLLIN, 0}, {descriptor, events, 0}};
    if (::poll(watched, 2, static_cast<int>(std::min<std::int64_t>(left, INT_MAX))) <= 0) {
      if (left == 0) {
        return Woken::Deadline;
      }
      continue;
    }
    if (watched[1].revents != 0) {
      return Woken::Ready;
    }
    eventfd_t ignored;
    ::eventfd_read(event_, &ignored);  // ours is seen above; another process's would wake us again and again
  }
}

}  // namespace xray::httptransport
