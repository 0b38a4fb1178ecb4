#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/grouped.h"
#include "xray/time.h"

namespace xray::cli {

/// Options of a question that may be answered in buckets of time.
struct SeriesOptions {
  std::string interval;
  bool buckets = false;

  /// `drawing`: what is shown for each group.
  void addTo(CLI::App& command, const std::string& drawing);
  bool asked() const { return !interval.empty(); }
  Question question(const std::string& path) const;
  /// How the buckets' times are shown.
  TimeStyle times(bool utc) const;
  /// The columns of the values, after that of the bucket when there are any.
  std::vector<std::string> csvColumns(std::vector<std::string> values) const;
};

/// The buckets of one group in the order of time.
struct Series {
  std::string_view first;  // a row of the group, for its values
  std::vector<std::string_view> rows;
  std::vector<std::optional<double>> columns;  // what a sparkline shows; nothing where no bucket has anything
};

/// An answer with buckets as lines over one axis of time.
struct SeriesChart {
  std::vector<Series> series;  // groups in the order of their counts
  Timestamp from;              // where the first column begins
  Timestamp to;                // where the last one ends
  Microseconds interval{};     // of a bucket
  std::int64_t bucketsPerColumn = 1;
  std::size_t columns = 0;
};

/// How the buckets that share a column become one value.
enum class Merge { Greatest, Sum };

/// Puts the rows, which have `bucket` and `value`, on an axis of at most `maxColumns` columns. The axis reaches from
/// `ends`, where given (to `now` when only a beginning is), else over the buckets that there are. Empty when there are
/// no rows.
SeriesChart chartOf(const GroupedAnswer& answer, const std::string& value, Merge merge, Microseconds interval,
                    const TimeWindow::Ends& ends, Timestamp now, std::size_t maxColumns);

/// The axis as a title above the sparklines: where it begins on the left and, with room, where it ends on the right.
std::string axisTitle(const SeriesChart& chart, bool utc);

/// What a sparkline shows.
struct SeriesValue {
  std::string member;      // "p95_ms"
  std::string_view words;  // "p95"
  Merge merge = Merge::Greatest;
  std::string (*text)(std::string_view row, std::string_view member) = nullptr;  // of one bucket's value
  bool errors = false;                                                           // the rows have `errors`
};

/// Draws a line a group: its whole count, the least and the greatest bucket, and all of them as a sparkline.
void drawSeries(const GroupedAnswer& answer, const SeriesValue& value, const SeriesOptions& options,
                const TimeWindow& window, Output& output);

/// The rows by bucket; within one as they came.
std::vector<std::string_view> inOrderOfTime(const GroupedAnswer& answer);

}  // namespace xray::cli
