#include "cli/stop_signals.h"

namespace xray::cli {

StopSignals::StopSignals() {
  sigemptyset(&set_);
  for (const int signal : {SIGTERM, SIGINT}) {
    ::signal(signal, SIG_DFL);  // a shell's background job ignores SIGINT
    sigaddset(&set_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int StopSignals::wait() const {
  int signal = 0;
  while (sigwait(&set_, &signal) != 0) {
  }
  return signal;
}

int StopSignals::waitFor(std::chrono::milliseconds time) const {
  const timespec wanted{time.count() / 1000, time.count() % 1000 * 1'000'000};
  const int signal = sigtimedwait(&set_, nullptr, &wanted);
  return signal > 0 ? signal : 0;
}

void StopSignals::letThrough() const {
  pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
}

}  // namespace xray::cli
