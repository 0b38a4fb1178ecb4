#include "xray/time.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace xray {
namespace {

/// Reads digits and single characters from the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  /// Exactly `count` decimal digits, or -1.
  int number(std::size_t count) {
    if (rest_.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return -1;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  bool accept(std::string_view anyOf) {
    if (rest_.empty() || anyOf.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool atEnd() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> readDate(Cursor& in) {
  using namespace std::chrono;
  const int y = in.number(4);
  if (y < 1 || !in.accept("-")) return std::nullopt;
  const int m = in.number(2);
  if (m < 1 || !in.accept("-")) return std::nullopt;
  const int d = in.number(2);
  if (d < 1) return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::optional<Microseconds> readTimeOfDay(Cursor& in) {
  using namespace std::chrono;
  const int h = in.number(2);
  if (h < 0 || h > 23 || !in.accept(":")) return std::nullopt;
  const int m = in.number(2);
  if (m < 0 || m > 59 || !in.accept(":")) return std::nullopt;
  const int s = in.number(2);
  if (s < 0 || s > 60) return std::nullopt;
  std::int64_t micros = 0;
  if (in.accept(".")) {
    int digits = 0;
    while (in.peek() >= '0' && in.peek() <= '9') {
      const int digit = in.number(1);
      if (++digits > 9) return std::nullopt;
      if (digits <= 6) micros = micros * 10 + digit;
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 6; ++digits) micros *= 10;
  }
  if (s == 60) micros = 0;
  return hours(h) + minutes(m) + seconds(s) + Microseconds(micros);
}

std::optional<Microseconds> readOffset(Cursor& in) {
  using namespace std::chrono;
  if (in.accept("Zz")) return Microseconds(0);
  const bool negative = in.peek() == '-';
  if (!in.accept("+-")) return std::nullopt;
  const int h = in.number(2);
  if (h < 0 || h > 23 || !in.accept(":")) return std::nullopt;
  const int m = in.number(2);
  if (m < 0 || m > 59) return std::nullopt;
  const Microseconds offset = hours(h) + minutes(m);
  return negative ? -offset : offset;
}

void put(char*& at, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  at += digits;
}

struct Unit {
  std::string_view name;
  std::int64_t micros;
};
// Largest first, so that formatting takes the first that divides.
constexpr std::array<Unit, 6> kUnits{
    {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

}  // namespace

std::optional<Timestamp> parseTimestamp(std::string_view text) {
  Cursor in(text);
  const auto date = readDate(in);
  if (!date || !in.accept("Tt ")) return std::nullopt;
  const auto time = readTimeOfDay(in);
  if (!time) return std::nullopt;
  const auto offset = readOffset(in);
  if (!offset || !in.atEnd()) return std::nullopt;
  const Timestamp result = Timestamp(*date) + *time - *offset;
  // An offset must not carry the result out of the four-digit years that we can write.
  const std::chrono::year_month_day shifted{std::chrono::floor<std::chrono::days>(result)};
  if (shifted.year() < std::chrono::year(1) || shifted.year() > std::chrono::year(9999)) return std::nullopt;
  return result;
}

void appendTimestamp(std::string& out, Timestamp time) {
  using namespace std::chrono;
  const auto date = floor<days>(time);
  const year_month_day ymd{date};
  auto rest = static_cast<std::uint64_t>((time - date).count());
  char text[27];
  char* at = text;
  put(at, static_cast<unsigned>(static_cast<int>(ymd.year())), 4);
  *at++ = '-';
  put(at, static_cast<unsigned>(ymd.month()), 2);
  *at++ = '-';
  put(at, static_cast<unsigned>(ymd.day()), 2);
  *at++ = 'T';
  put(at, static_cast<unsigned>(rest / 3'600'000'000u), 2);
  *at++ = ':';
  put(at, static_cast<unsigned>(rest / 60'000'000u % 60), 2);
  *at++ = ':';
  put(at, static_cast<unsigned>(rest / 1'000'000u % 60), 2);
  *at++ = '.';
  put(at, static_cast<unsigned>(rest % 1'000'000u), 6);
  *at++ = 'Z';
  out.append(text, sizeof text);
}

std::string formatTimestamp(Timestamp time) {
  std::string text;
  appendTimestamp(text, time);
  return text;
}

std::optional<Microseconds> parseDuration(std::string_view text) {
  double amount = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, amount, std::chars_format::fixed);
  if (error != std::errc() || stop == text.data() || text.front() == '-' || !std::isfinite(amount)) return std::nullopt;
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  for (const Unit& known : kUnits) {
    if (known.name != unit) continue;
    const double micros = std::round(amount * static_cast<double>(known.micros));
    if (micros > 9e18) return std::nullopt;
    return Microseconds(static_cast<std::int64_t>(micros));
  }
  return std::nullopt;
}

std::string milliseconds(Microseconds duration) {
  std::string text = std::to_string(duration.count() / 1000);
  const std::int64_t micros = duration.count() % 1000;
  if (micros == 0) return text;
  const std::string digits = std::to_string(1000 + micros).substr(1);
  return text + "." + digits.substr(0, digits.find_last_not_of('0') + 1);
}

std::string formatDuration(Microseconds duration) {
  const std::int64_t micros = duration.count();
  for (const Unit& unit : kUnits) {
    if (micros != 0 && micros % unit.micros == 0) return std::to_string(micros / unit.micros) + std::string(unit.name);
  }
  return "0s";
}

const Clock& systemClock() {
  class SystemClock : public Clock {
   public:
    constexpr SystemClock() = default;
    Timestamp now() const override {
      return std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now());
    }
  };
  static constinit const SystemClock clock;  // no guard, which a forked child might wait for
  return clock;
}

Timestamp ManualClock::now() const {
  std::lock_guard lock(mu_);
  return now_;
}

void ManualClock::set(Timestamp time) {
  std::lock_guard lock(mu_);
  now_ = time;
}

void ManualClock::advance(Microseconds by) {
  std::lock_guard lock(mu_);
  now_ += by;
}

}  // namespace xray
