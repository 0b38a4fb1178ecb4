#pragma once
// How calls say that they failed: a code that a program acts on, and a message that a person acts on.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace xray {

enum class StatusCode {
  Ok,
  InvalidArgument,   // the caller's input is wrong; the same call fails again
  NotFound,          // nothing there under that name or id
  TooLarge,          // over a limit; smaller pieces may pass
  Unauthenticated,   // no key, or one that is not known
  PermissionDenied,  // a known key without the right
  Overloaded,        // a bounded buffer is full; retry later
  Unavailable,       // the other side is away or shutting down; retry later
  DeadlineExceeded,  // the time given was over
  NotSupported,      // this implementation cannot do it
  Closed,            // called after close()
  Internal           // our own bug, or an exception that escaped a plugin
};

/// The code's name as it stands in logs: "InvalidArgument".
std::string_view toString(StatusCode code);

/// Outcome of a call that returns nothing else. A value type; one thread at a time.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::Ok; }
  StatusCode code() const { return code_; }
  /// Where, what, what is allowed, and the nearest right thing. Empty when ok.
  const std::string& message() const { return message_; }

  /// True when the same call may succeed later: Overloaded, Unavailable, DeadlineExceeded.
  bool retryable() const;

  /// Byte offset in the input that the error is about, from 0 (filters).
  std::optional<std::size_t> position() const { return position_; }
  Status& at(std::size_t position) { return position_ = position, *this; }

  /// When the other side wants to see the next try.
  std::optional<std::chrono::seconds> retryAfter() const { return retryAfter_; }
  Status& retryIn(std::chrono::seconds wait) { return retryAfter_ = wait, *this; }

  /// "Unavailable: database is locked".
  std::string toString() const;

 private:
  StatusCode code_ = StatusCode::Ok;
  std::string message_;
  std::optional<std::size_t> position_;
  std::optional<std::chrono::seconds> retryAfter_;
};

/// A value, or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Only when ok().
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The failure, or an ok Status.
  Status status() const {
    const Status* failure = std::get_if<1>(&state_);
    return failure ? *failure : Status();
  }

 private:
  std::variant<T, Status> state_;
};

}  // namespace xray
