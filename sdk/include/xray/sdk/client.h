#pragma once
// The SDK's entrance: a client made from a YAML file records runs and ships them in the background.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "xray/sdk/fields.h"
#include "xray/sdk/run.h"
#include "xray/sdk/step.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray::sdk {

class Recorder;

/// The configuration cannot be used. what() has all problems, one a line: `xray-sdk.yaml:3:9: queue: unknown option
/// "max_byte"; did you mean …`.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads and checks a configuration file as Client::fromFile does. Loads the plugins that it names, opens and starts
/// nothing.
///   InvalidArgument  every problem of the file, one a line
Status checkConfig(const std::filesystem::path& path);

/// What happened so far in this process. Events are counted once they are decided.
struct Counters {
  std::uint64_t accepted = 0;        // events that the backend has stored, those from the spool included
  std::uint64_t duplicates = 0;      // events that it had already, from an earlier try
  std::uint64_t rejected = 0;        // events that it refused
  std::uint64_t givenUp = 0;         // events in batches that it refused for good, or that it fails at
  std::uint64_t batches = 0;         // batches delivered
  std::uint64_t retries = 0;         // deliveries that failed and were tried again (not the transport's own tries)
  std::uint64_t queueFull = 0;       // events dropped because the queue was full (or memory was)
  std::uint64_t schemaRejected = 0;  // steps that the schema refused (validation mode reject)
  std::uint64_t tooLarge = 0;        // events over queue.max_event_bytes, or too large for the backend
  std::uint64_t afterClose = 0;      // events recorded after close()
  std::uint64_t abandoned = 0;       // events that close() had to leave undelivered
  std::uint64_t invalidJson = 0;     // texts given as json() that were none, kept as strings
  std::uint64_t alteredNames = 0;    // names that were empty, too long or not UTF-8
  std::uint64_t misuses = 0;         // steps after the end of their run, second ends, handles used in a forked child
  std::uint64_t spooled = 0;         // events put into the fallback's spool, to be delivered from there
  std::uint64_t drained = 0;         // events delivered from it, those of earlier processes included
  std::uint64_t spoolDropped = 0;    // events that a full spool has dropped
  std::uint64_t setAside = 0;        // damaged or refused pieces that the spool keeps aside
  std::uint64_t deadLettered = 0;    // events given up, or too large for the backend, that the dead letters keep
};

/// What flush() and close() say.
struct DeliveryReport {
  /// Ok: everything that was recorded before the call is decided, which does not mean stored: what the backend refused
  /// is in counters.rejected and counters.givenUp, what else was lost in the other counters. With a fallback, what is
  /// durable in its spool is decided too (counters.spooled): this process or the next one delivers it. A forked child
  /// that has recorded nothing has nothing to wait for: Ok, with its own counters, all zero. Otherwise why not:
  /// DeadlineExceeded (the message has the last failure of the transport), Closed (flush after close), Unavailable (no
  /// thread could be started).
  Status status;
  std::uint64_t undeliveredEvents = 0;  // not decided: flush will go on trying, close has abandoned them
  std::uint64_t undeliveredBytes = 0;
  std::uint64_t spooledBytes = 0;  // waiting in the fallback's spool, as last seen; also those of other processes
  Counters counters;
};

/// Records runs. Recording threads append to buffers of their own; one background thread makes batches of them, sends
/// and retries.
///
/// The queue is bounded by `queue.max_bytes`. When it is full, new steps are dropped and counted (`queue.when_full:
/// drop_newest`), or the recording thread waits for room (`block`). A sixteenth is kept for beginnings and ends of
/// runs, which are so told even then. Steps that are still open do not count: each holds at most
/// `queue.max_event_bytes`.
///
/// With a `fallback`, batches go to a local spool when the backend has been away or overloaded for `fallback.patience`,
/// or refuses the key, and from there to the backend, in order, when it is back: by this process or by the next one
/// with this configuration, which begins with what is left. So the queue does not fill up, and nothing is lost with the
/// process, for as long as the spool has room. With `dead_letters`, batches that the backend refuses for good are kept
/// there. Every wire may bring a batch twice; ids make that harmless.
///
/// Forked children: the parent's queue stays the parent's. A child may use the client for runs of its own.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: the last handle's end closes it within
/// `close_timeout`; runs and steps may outlive it. Errors: only the factories throw.
class Client {
 public:
  /// Reads a configuration file (config/dev-sdk.yaml explains every option) and loads the plugins. With a
  /// fallback, what an earlier process has left in the spool is delivered from now on; else connects to nothing yet.
  /// Throws ConfigError.
  static Client fromFile(const std::filesystem::path& path);
  /// The same from YAML text; `name` stands in messages, files named in it are relative to the working directory.
  static Client fromText(const std::string& yaml, const std::string& name = "xray-sdk");

  Client(Client&&) noexcept = default;
  Client& operator=(Client&& other) noexcept;
  ~Client();

  /// Begins a run of a pipeline (1 to 200 bytes, as names of steps), under the configured schema.
  Run startRun(std::string_view pipeline, const Fields& metadata = {}, const RunOptions& options = {}) noexcept;

  /// Waits until everything recorded before the call is decided, at most until the deadline.
  DeliveryReport flush(Deadline deadline) noexcept;
  DeliveryReport flush(std::chrono::milliseconds timeout) noexcept;

  /// Delivers what there is, stops the background thread and gives up the rest; keeps the deadline. With a fallback,
  /// the backend has half of the time, then the rest is spooled, which is not lost; while the spool is being delivered
  /// without trouble, close waits for that up to three quarters of the time. Open steps are left open. What is recorded
  /// afterwards is counted as lost. A second call only reports.
  DeliveryReport close(Deadline deadline) noexcept;
  DeliveryReport close(std::chrono::milliseconds timeout) noexcept;

  Counters counters() const noexcept;

  /// For the SDK itself and its tests.
  explicit Client(std::shared_ptr<Recorder> recorder) noexcept : recorder_(std::move(recorder)) {}

 private:
  std::shared_ptr<Recorder> recorder_;  // shared with the runs, which may outlive the client
};

}  // namespace xray::sdk

namespace xray {
using sdk::Client;
using sdk::ConfigError;
}  // namespace xray
