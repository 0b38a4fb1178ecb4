#include "cli/time_window.h"

#include <time.h>

#include <charconv>

#include "xray/text.h"

namespace xray::cli {
namespace {

/// Two or four digits and what must follow them; false: they are not there.
bool takeNumber(std::string_view& text, std::size_t digits, int& number) {
  if (text.size() < digits) return false;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + digits, number);
  if (error != std::errc() || rest != text.data() + digits || number < 0) return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, std::string_view expected) {
  if (text.empty() || expected.find(text.front()) == expected.npos) return false;
  text.remove_prefix(1);
  return true;
}

/// "2026-11-22[ 16:00[:30[.5]]]" without a zone.
std::optional<Timestamp> parseLocal(std::string_view text, bool utc) {
  const std::string_view whole = text;
  tm parts{};
  if (!takeNumber(text, 4, parts.tm_year) || !take(text, "-") || !takeNumber(text, 2, parts.tm_mon) ||
      !take(text, "-") || !takeNumber(text, 2, parts.tm_mday)) {
    return std::nullopt;
  }
  std::string exact(whole.substr(0, 10));
  if (text.empty()) {
    exact += "T00:00:00";
  } else {
    if (!take(text, " T") || !takeNumber(text, 2, parts.tm_hour) || !take(text, ":") ||
        !takeNumber(text, 2, parts.tm_min)) {
      return std::nullopt;
    }
    exact += "T" + std::string(whole.substr(11));
    if (text.empty()) exact += ":00";
    if (!text.empty() && (!take(text, ":") || !takeNumber(text, 2, parts.tm_sec))) return std::nullopt;
  }
  // The same text with a zone tells whether there is such a day and minute.
  const std::optional<Timestamp> inUtc = parseTimestamp(exact + "Z");
  if (!inUtc || utc) return inUtc;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  parts.tm_isdst = -1;
  const time_t seconds = ::mktime(&parts);
  const Microseconds fraction = *inUtc - std::chrono::floor<std::chrono::seconds>(*inUtc);
  return Timestamp(std::chrono::seconds(seconds)) + fraction;
}

}  // namespace

Result<AskedTime> parseAskedTime(std::string_view option, std::string_view text, Timestamp now, bool utc) {
  if (const std::optional<Microseconds> before = parseDuration(text)) {
    if (*before <= now.time_since_epoch()) return AskedTime{now - *before, "ago(" + std::string(text) + ")"};
  } else if (const std::optional<Timestamp> exact = parseTimestamp(text)) {
    return AskedTime{*exact, formatTimestamp(*exact)};
  } else if (const std::optional<Timestamp> local = parseLocal(text, utc)) {
    return AskedTime{*local, formatTimestamp(*local)};
  }
  return Status(StatusCode::InvalidArgument,
                std::string(option) + ": " + quoted(text) +
                    " is no time; give how long ago (90s, 15m, 24h, 7d), RFC 3339 (2026-11-22T16:00:00Z), or a time of "
                    "this zone (2026-11-22, \"2026-11-22 16:00\")");
}

Result<TimeWindow::Ends> TimeWindow::read(Timestamp now) const {
  Ends ends;
  if (!since.empty()) {
    Result<AskedTime> time = parseAskedTime("--since", since, now, utc);
    if (!time.ok()) return time.status();
    ends.since = std::move(*time);
  }
  if (!until.empty()) {
    Result<AskedTime> time = parseAskedTime("--until", until, now, utc);
    if (!time.ok()) return time.status();
    ends.until = std::move(*time);
  }
  if (ends.since && ends.until && ends.since->time >= ends.until->time) {
    return Status(StatusCode::InvalidArgument, "--since " + quoted(since) + " is not before --until " + quoted(until));
  }
  return ends;
}

std::string narrowed(std::string_view filter, const TimeWindow::Ends& ends) {
  std::string window;
  if (ends.since) window = "started_at >= " + ends.since->literal;
  if (ends.until) window += (window.empty() ? "" : " AND ") + ("started_at < " + ends.until->literal);
  if (window.empty()) return std::string(filter);
  if (filter.find_first_not_of(" \t") == filter.npos) return window;
  return "(" + std::string(filter) + ") AND " + window;
}

}  // namespace xray::cli
