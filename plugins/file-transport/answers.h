#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "xray/spool/file.h"
#include "xray/transport.h"

namespace xray::filetransport {

/// Answers of a sink on their way to the thread that waits for them, which is woken by a file descriptor. Thread-safe.
/// Shared with the sink's callbacks: one that comes late, after the receiver has gone, still finds it.
class Answers {
 public:
  using Answer = std::pair<std::uint64_t, Status>;  // ticket; Ok: stored

  /// Throws std::system_error when there is no file descriptor to be had.
  Answers();

  void add(std::uint64_t ticket, Status status);
  /// Wakes the waiting thread without an answer.
  void wake();
  /// What came since the last time.
  std::vector<Answer> take();
  /// Readable when there is something to take.
  int descriptor() const { return event_.descriptor(); }

 private:
  const spool::File event_;
  std::mutex mu_;
  std::vector<Answer> answers_;  // guarded by mu_; at most as many as there are batches in flight
};

}  // namespace xray::filetransport
