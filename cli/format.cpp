#include "cli/format.h"

#include <time.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "cli/terminal.h"
#include "xray/time.h"

namespace xray::cli {
namespace {

template <typename... Arguments>
std::string print(const char* format, Arguments... arguments) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, arguments...);
  return text.data();
}

}  // namespace

std::string formatTime(std::string_view timestamp, TimeStyle style) {
  const std::optional<Timestamp> time = parseTimestamp(timestamp);
  if (!time) return harmless(timestamp);
  const auto whole = std::chrono::floor<std::chrono::seconds>(*time);
  const long millis = std::chrono::duration_cast<std::chrono::milliseconds>(*time - whole).count();
  const time_t seconds = whole.time_since_epoch().count();
  tm parts{};
  if (style.utc) {
    gmtime_r(&seconds, &parts);
  } else {
    localtime_r(&seconds, &parts);
  }
  std::string text = print("%04d-%02d-%02d %02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                           parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (style.milliseconds) text += print(".%03ld", millis);
  return style.utc ? text + "Z" : text;
}

std::string formatMilliseconds(double milliseconds) {
  if (milliseconds < 1) return print("%.0fµs", milliseconds * 1000);
  if (milliseconds < 99.95) return print("%.1fms", milliseconds);
  if (milliseconds < 999.5) return print("%.0fms", milliseconds);
  if (milliseconds < 59'995) return print("%.2fs", milliseconds / 1000);
  const long long seconds = std::llround(milliseconds / 1000);
  if (seconds < 3600) return print("%lldm %02llds", seconds / 60, seconds % 60);
  if (seconds < 86'400) return print("%lldh %02lldm", seconds / 3600, seconds / 60 % 60);
  return print("%lldd %02lldh", seconds / 86'400, seconds / 3600 % 24);
}

std::string formatBytes(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  for (const char* unit : {"%.1f KiB", "%.1f MiB", "%.1f GiB"}) {
    if (value < 1023.95) return print(unit, value);
    value /= 1024;
  }
  return print("%.1f TiB", value);
}

std::string formatNumber(double number) {
  const bool whole = number == std::trunc(number) && std::abs(number) < 1e15;
  const bool thousands = std::abs(number) >= 1000 && std::abs(number) < 1e15;
  return print(whole ? "%.0f" : thousands ? "%.1f" : "%.4g", number == 0 ? 0.0 : number);  // not "-0"
}

std::string memberString(std::string_view object, std::string_view name) {
  const std::optional<JsonValue> value = findJsonMember(object, name);
  return value && value->type == JsonType::String ? value->string() : "";
}

std::string memberText(std::string_view object, std::string_view name) {
  const std::optional<JsonValue> value = findJsonMember(object, name);
  if (!value || value->type == JsonType::Null) return "";
  return harmless(value->type == JsonType::String ? value->string() : std::string(value->text));
}

std::optional<double> memberNumber(std::string_view object, std::string_view name) {
  const std::optional<JsonValue> value = findJsonMember(object, name);
  if (!value || value->type != JsonType::Number) return std::nullopt;
  return value->number();
}

std::string memberTime(std::string_view object, std::string_view name, TimeStyle style) {
  const std::string time = memberString(object, name);
  return time.empty() ? "" : formatTime(time, style);
}

std::string memberDuration(std::string_view object, std::string_view name) {
  const std::optional<double> milliseconds = memberNumber(object, name);
  return milliseconds ? formatMilliseconds(*milliseconds) : "";
}

std::string errorText(std::string_view object) {
  const std::optional<JsonValue> error = findJsonMember(object, "error");
  if (!error || error->type != JsonType::Object) return "";
  const std::string type = memberText(error->text, "type");
  const std::string message = memberText(error->text, "message");
  return type.empty() ? message : message.empty() ? type : type + ": " + message;
}

}  // namespace xray::cli
