#pragma once
// A step of a run as the application records it.

#include <exception>
#include <optional>
#include <string_view>

#include "xray/ids.h"
#include "xray/sdk/fields.h"
#include "xray/time.h"

namespace xray::sdk {

struct StepState;

struct StepOptions {
  /// When the step began, for recordings of something that is over; not given: now.
  std::optional<Timestamp> startedAt = std::nullopt;
};

/// A step that is open until end() or until it goes out of scope. When that happens because of an exception, the step
/// becomes an error of type "exception"; its message is not known in a destructor, so call fail(exception) in a catch
/// block where the message matters.
///
/// Names are 1 to 200 bytes, types 1 to 100; longer ones are cut, an empty one becomes "unnamed"
/// (Counters::alteredNames).
///
/// Thread-safety: one thread at a time; the steps of one run may be in different threads. Lifetime: may outlive its Run
/// and its Client; after Client::close() what it records is counted as lost. In a forked child a step of the parent
/// records nothing. Errors: never throws. A step that cannot be kept is counted in its run's `lost`.
class Step {
 public:
  /// Records nothing.
  Step() = default;
  Step(Step&& other) noexcept;
  Step& operator=(Step&& other) noexcept;
  ~Step();

  /// A step inside this one.
  Step step(std::string_view name, std::string_view type, const StepOptions& options = {}) noexcept;

  /// Add members to what the step was given, what it made, and why. Calls add up. After end() nothing is added.
  void input(const Fields& fields) noexcept;
  void output(const Fields& fields) noexcept;
  void reasoning(const Fields& fields) noexcept;

  /// Makes the step an error; it stays open. The last call counts. `details` become further members of the error.
  void fail(std::string_view type, std::string_view message, const Fields& details = {}) noexcept;
  /// The same with the exception's type and what().
  void fail(const std::exception& exception) noexcept;

  /// Ends the step now, or at a given time. Further calls do nothing.
  void end(std::optional<Timestamp> at = std::nullopt) noexcept;

  /// Names the step, in logError() for one; nil when it records nothing. Still known after end().
  const Id& id() const { return id_; }

 private:
  friend class Run;
  Step(StepState* state, const Id& id) noexcept;

  StepState* state_ = nullptr;  // owned by its thread buffer; null once ended
  Id id_;
  int exceptionsBefore_ = 0;
};

}  // namespace xray::sdk
