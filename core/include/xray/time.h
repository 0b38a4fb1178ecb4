#pragma once
// Points in time as X-Ray keeps them: UTC, to the microsecond, written as RFC 3339.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace xray {

using Microseconds = std::chrono::microseconds;
/// Microseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::sys_time<Microseconds>;
/// When a call has to be back: monotonic, so a clock step cannot stretch it.
using Deadline = std::chrono::steady_clock::time_point;

/// Reads RFC 3339: date, "T" or "t" or a space, time, 0 to 9 fractional digits (cut to 6), "Z" or an offset, which is
/// applied. Years 0001 to 9999. A leap second (":60") counts as the first instant of the next minute.
/// Nothing for any other text, a time without offset included.
std::optional<Timestamp> parseTimestamp(std::string_view text);

/// "2026-11-22T16:07:00.123456Z": always 27 characters, 6 digits and Z.
std::string formatTimestamp(Timestamp time);
void appendTimestamp(std::string& out, Timestamp time);

/// Reads "250ms", "1.5s", "5m", "24h", "7d", also "us". Nothing for other text, a negative value or an overflow.
std::optional<Microseconds> parseDuration(std::string_view text);
/// The shortest exact form that parseDuration reads: "15m", "1500ms".
std::string formatDuration(Microseconds duration);
/// Milliseconds with the microseconds as up to three digits after the point, exact at any size: "1834.25".
std::string milliseconds(Microseconds duration);

/// Where the time of day comes from; injected, so that tests need no sleep. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

/// The machine's clock; lives as long as the process.
const Clock& systemClock();

/// A clock that stands still until told. Thread-safe.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override;
  void set(Timestamp time);
  void advance(Microseconds by);

 private:
  mutable std::mutex mu_;
  Timestamp now_;  // guarded by mu_
};

}  // namespace xray
