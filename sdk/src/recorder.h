#pragma once
// What a Client, its runs and its steps share.

#include <atomic>
#include <memory>

#include "event_queue.h"
#include "live_counters.h"
#include "problem_log.h"
#include "settings.h"
#include "shipper.h"
#include "wires.h"
#include "xray/sdk/client.h"

namespace xray::sdk {

/// What a recorder is made of; tests bring their own senders, clocks and logs.
struct RecorderParts {
  Settings settings;
  Wires wires;
  const Clock* clock = &systemClock();
  LogSink log;
};

/// The queue and the shipper of one process.
struct Engine {
  Engine(const RecorderParts& parts, std::unique_ptr<Sender> sender);

  const unsigned generation;
  LiveCounters counters;
  EventQueue queue;
  Shipper shipper;
};

/// Has an engine for the process that it is used in. In a forked child the parent's engine is left as it lies: another
/// thread may have held any of its locks when the process was copied, and what waits in it is the parent's to send. A
/// new one is made when the child records; the copy of the old one (the queue's memory at most) is never freed.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: shared by the client and all runs; close() before
/// the client's end.
class Recorder : public std::enable_shared_from_this<Recorder> {
 public:
  /// `sender` is the first process's.
  Recorder(RecorderParts parts, std::unique_ptr<Sender> sender);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  RunState* startRun(std::string_view pipeline, const Fields& metadata, const RunOptions& options) noexcept;
  DeliveryReport flush(Deadline deadline) noexcept;
  DeliveryReport close(Deadline deadline) noexcept;
  Counters counters() const noexcept;
  const Settings& settings() const { return parts_.settings; }

 private:
  /// This process's; null in a child that has not recorded.
  Engine* current() const noexcept;
  Engine& engine();
  DeliveryReport call(DeliveryReport (Shipper::*method)(Deadline), Deadline deadline) noexcept;

  const RecorderParts parts_;
  std::atomic<Engine*> engine_;  // owned when it is of this process
  std::atomic<bool> closed_{false};
};

}  // namespace xray::sdk
