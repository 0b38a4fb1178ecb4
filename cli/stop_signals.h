#pragma once

#include <chrono>

#include <signal.h>

namespace xray::cli {

/// SIGTERM and SIGINT, taken by wait() instead of handlers. Made before there are threads, which inherit what it
/// blocks. One thread at a time.
class StopSignals {
 public:
  StopSignals();

  /// The signal that came.
  int wait() const;
  /// The signal that came within that time, or 0.
  int waitFor(std::chrono::milliseconds time) const;

  /// The next one ends the process at once.
  void letThrough() const;

 private:
  sigset_t set_{};
};

}  // namespace xray::cli
