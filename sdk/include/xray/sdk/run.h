#pragma once
// A run of a pipeline as the application records it.

#include <exception>
#include <optional>
#include <string_view>

#include "xray/ids.h"
#include "xray/sdk/fields.h"
#include "xray/sdk/step.h"
#include "xray/time.h"

namespace xray::sdk {

struct RunState;

struct RunOptions {
  /// How long the run may be silent before the backend calls it incomplete; not given: what the backend has configured.
  std::optional<Microseconds> timeout = std::nullopt;
  /// The run that this one is a part of, in whatever process.
  std::optional<Id> parentRunId = std::nullopt;
  /// When the run began, for recordings of something that is over; not given: now.
  std::optional<Timestamp> startedAt = std::nullopt;
};

struct ErrorOptions {
  /// What kind of error: "Timeout". Empty: none given.
  std::string_view type = {};
  /// The step that it happened in (Step::id); not given: the backend finds the likely one.
  std::optional<Id> stepId = std::nullopt;
  /// When, for recordings; not given: now.
  std::optional<Timestamp> at = std::nullopt;
};

/// A run, begun by Client::startRun(). Going out of scope ends it: as an error of type "exception" when an exception
/// does that, else as end() does. A process that dies leaves it open, and the backend calls it incomplete when it has
/// been silent for long enough.
///
/// Thread-safety: one thread at a time, apart from step(), which several may call. Lifetime: may outlive its Client;
/// after Client::close() what it records is counted as lost. In a forked child a run of the parent records nothing: a
/// child starts its own runs. Errors: never throws. What is lost is counted and told to the backend with the run's end.
class Run {
 public:
  /// Records nothing.
  Run() = default;
  Run(Run&& other) noexcept;
  Run& operator=(Run&& other) noexcept;
  ~Run();

  /// Begins a step; names as in Step. After the end of the run it records nothing (Counters::misuses).
  Step step(std::string_view name, std::string_view type, const StepOptions& options = {}) noexcept;

  /// Adds members to the run's metadata, sent with its end.
  void metadata(const Fields& fields) noexcept;

  /// Ends the run as completed, now or at a given time. Of several calls of end() and logError() the first counts.
  void end(std::optional<Timestamp> at = std::nullopt) noexcept;
  /// Another name of end().
  void endRun(std::optional<Timestamp> at = std::nullopt) noexcept { end(at); }

  /// Ends the run as crashed.
  void logError(std::string_view message, const ErrorOptions& options = {}) noexcept;
  /// The same with the exception's type and what(); options.type is not used.
  void logError(const std::exception& exception, const ErrorOptions& options = {}) noexcept;

  /// Names the run for the backend and for RunOptions::parentRunId; nil when it records nothing.
  const Id& id() const { return id_; }

 private:
  friend class Client;
  Run(RunState* state, const Id& id) noexcept;

  RunState* state_ = nullptr;  // one reference
  Id id_;
  int exceptionsBefore_ = 0;
};

}  // namespace xray::sdk
