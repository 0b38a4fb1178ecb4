#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "xray/status.h"
#include "xray/time.h"

namespace xray::cli {

/// A point in time as people write it on a command line.
struct AskedTime {
  Timestamp time;
  std::string literal;  // the same in the filter language: ago(24h), or RFC 3339 in UTC
};

/// Reads "24h", "7d" (so long before `now`), RFC 3339 ("2026-11-22T16:00:00Z", with a blank for the T too), or a time
/// without a zone ("2026-11-22", "2026-11-22 16:00", "2026-11-22 16:00:30.5"), which is local, or UTC with `utc`.
///   InvalidArgument  `--since: …` with what is allowed; `option` is the name in front
Result<AskedTime> parseAskedTime(std::string_view option, std::string_view text, Timestamp now, bool utc);

/// What --since and --until leave; empty texts: no end on that side.
struct TimeWindow {
  std::string since;
  std::string until;
  bool utc = false;

  /// Both ends read, with --since before --until.
  struct Ends {
    std::optional<AskedTime> since;
    std::optional<AskedTime> until;
  };
  ///   InvalidArgument  one that is no time, or the wrong way round
  Result<Ends> read(Timestamp now) const;
};

/// `filter` narrowed to rows that started in the window: at or after its beginning, before its end.
std::string narrowed(std::string_view filter, const TimeWindow::Ends& ends);

}  // namespace xray::cli
