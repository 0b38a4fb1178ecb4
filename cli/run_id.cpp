#include "cli/run_id.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "cli/format.h"
#include "cli/output.h"
#include "cli/pages.h"
#include "xray/json.h"
#include "xray/text.h"

namespace xray::cli {
namespace {

constexpr std::size_t kLeastDigits = 8;
constexpr std::size_t kTimeDigits = 12;  // of version 7: milliseconds since 1970
constexpr std::size_t kShortSize = 13;   // those digits, and the dash among them
constexpr std::size_t kMaxRowsSearched = 100'000;
constexpr std::chrono::seconds kClockTolerance{5};  // between the id and the started_at of one run

bool isDashPlace(std::size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

/// A filter for the runs that began when ids with this prefix were made; empty when the prefix tells no time.
std::string timeFilter(const std::string& prefix) {
  std::string digits;
  for (const char c : prefix) {
    if (c != '-' && digits.size() < kTimeDigits) digits += c;
  }
  const auto milliseconds = [&digits](char fill) {
    std::string text = digits;
    text.resize(kTimeDigits, fill);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return Timestamp(std::chrono::milliseconds(value));
  };
  const Timestamp latest = milliseconds('f') + kClockTolerance;
  // After the year 9999, which filters do not know: no id of version 7.
  if (latest.time_since_epoch() > std::chrono::hours(24) * 365 * 8000) return "";
  return "started_at >= " + formatTimestamp(milliseconds('0') - kClockTolerance) +
         " AND started_at <= " + formatTimestamp(latest);
}

/// Adds the ids of one list that begin so.
Status search(Source& source, const std::string& filter, const std::string& prefix, std::set<std::string>& found) {
  Question question{"/v1/runs", {}};
  if (!filter.empty()) question.parameters.emplace_back("filter", filter);
  return forEachRow(source, question, "runs", kMaxRowsSearched, [&](std::string_view run) {
    std::string id = memberString(run, "run_id");
    if (id.starts_with(prefix)) found.insert(std::move(id));
    return true;
  });
}

}  // namespace

Result<RunIdText> RunIdText::parse(std::string_view text) {
  RunIdText id;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '-') {
      if (!isDashPlace(id.prefix.size())) break;
      id.prefix += c;
      continue;
    }
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!((lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f'))) break;
    if (isDashPlace(id.prefix.size())) id.prefix += '-';
    id.prefix += lower;
    ++digits;
  }
  std::string plain(text);
  std::erase(plain, '-');
  if (digits >= kLeastDigits && digits == plain.size() && id.prefix.size() <= Id::kTextSize) return id;
  return Status(StatusCode::InvalidArgument, "run id " + quoted(text) +
                                                 " must be a UUID, or its first 8 or more digits, as `xray runs` and "
                                                 "`xray failures` print them");
}

Result<Id> findRun(Source& source, const RunIdText& text) {
  if (text.whole()) {
    if (const std::optional<Id> id = Id::parse(text.prefix)) return *id;
  }
  std::set<std::string> found;
  if (const std::string moment = timeFilter(text.prefix); !moment.empty()) {
    if (const Status status = search(source, moment, text.prefix, found); !status.ok()) return status;
  }
  if (found.empty()) {
    if (const Status status = search(source, "", text.prefix, found); !status.ok()) return status;
  }
  if (found.empty()) {
    return Status(StatusCode::NotFound, "there is no run whose id begins with " + text.prefix + " (among the newest " +
                                            std::to_string(kMaxRowsSearched) + ")");
  }
  if (found.size() == 1) return *Id::parse(*found.begin());
  std::vector<std::string> some(
      found.begin(), std::next(found.begin(), std::min<std::ptrdiff_t>(3, static_cast<std::ptrdiff_t>(found.size()))));
  return Status(StatusCode::InvalidArgument, std::to_string(found.size()) + " runs have ids that begin with " +
                                                 text.prefix + ": " + joinNames(some) +
                                                 (found.size() > some.size() ? ", …" : "") + "; give more of it");
}

std::size_t shortIdSize(const std::vector<std::string>& ids) {
  const std::set<std::string> different(ids.begin(), ids.end());
  for (std::size_t size = kShortSize; size < Id::kTextSize; ++size) {
    if (isDashPlace(size - 1)) continue;  // no beginning ends with a dash
    std::set<std::string> beginnings;
    for (const std::string& id : different) beginnings.insert(id.substr(0, size));
    if (beginnings.size() == different.size()) return size;
  }
  return Id::kTextSize;
}

}  // namespace xray::cli
