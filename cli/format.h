#pragma once
// Values of the read API as people read them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xray/json.h"

namespace xray::cli {

/// How times are shown.
struct TimeStyle {
  bool utc = false;  // else local
  bool milliseconds = true;
};

/// "2026-11-22 17:07:00.123", with Z in UTC. A text that is no time comes back harmless.
std::string formatTime(std::string_view timestamp, TimeStyle style);

/// "870µs", "3.5ms", "1.83s", "2m 05s", "3h 07m", "4d 02h".
std::string formatMilliseconds(double milliseconds);

/// "0 B", "999 B", "1.5 KiB", "12.0 MiB".
std::string formatBytes(std::uint64_t bytes);

/// "1204", "94.23", "12345.6", "0.0001234", "1.5e+300": four significant digits, those before the point all.
std::string formatNumber(double number);

/// A member of an object as harmless text: strings without quotes, other values as JSON, null and absent ones empty.
std::string memberText(std::string_view object, std::string_view name);
/// The same for a member that is a string, as it came.
std::string memberString(std::string_view object, std::string_view name);
/// The member's number, or nothing.
std::optional<double> memberNumber(std::string_view object, std::string_view name);
/// The member's time and duration as above, or empty.
std::string memberTime(std::string_view object, std::string_view name, TimeStyle style);
std::string memberDuration(std::string_view object, std::string_view name);

/// "Timeout: no answer" of an `error` member, harmless; empty when there is none.
std::string errorText(std::string_view object);

}  // namespace xray::cli
