#pragma once

#include <atomic>

#include "xray/time.h"

namespace xray::httptransport {

/// Ends waits early, for good. Thread-safe. A forked child has its own: cancelling there does not cancel the parent.
class CancelSignal {
 public:
  /// Throws std::system_error when there is no file descriptor to be had.
  CancelSignal();
  ~CancelSignal();
  CancelSignal(const CancelSignal&) = delete;
  CancelSignal& operator=(const CancelSignal&) = delete;

  void set();
  bool isSet() const { return set_; }

  enum class Woken { Ready, Deadline, Cancelled };
  /// Waits until one of the poll(2) `events` (or an error) comes from `descriptor`; -1 waits for the other two only.
  /// What is ready already is Ready, also after the deadline.
  Woken wait(int descriptor, short events, Deadline deadline) const;

 private:
  const int event_;  // an eventfd, shared with forked children
  std::atomic<bool> set_{false};
};

}  // namespace xray::httptransport
