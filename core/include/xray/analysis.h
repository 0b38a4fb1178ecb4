#pragma once
// Questions over many runs and steps, answered in groups: query.md section 3. Numbers are defined exactly, so that
// every store gives the same.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "xray/filter.h"
#include "xray/ids.h"
#include "xray/status.h"
#include "xray/time.h"

namespace xray {

/// At most so many rows; `truncated` says that there were more.
inline constexpr std::size_t kMaxAnalysisRows = 1000;

/// A field of a step, or of its run, or a member under a path of a JSON field.
struct AnalysisField {
  std::string name;  // as it was asked for, and the name of the rows' member: "run.status", "reasoning.rule"
  Field field = Field::StepType;
  std::vector<std::string> path;  // only of a JSON field
};

/// The value that the rows of a group have in common. monostate: missing, or JSON null, an array or an object. Numbers
/// (JSON's, and schema versions) are doubles.
using GroupValue = std::variant<std::monostate, bool, double, std::string>;
using Group = std::vector<GroupValue>;  // one for each key, in their order

/// True when `left` comes first among rows of equal count: descending, key by key. Texts (by bytes) come before
/// numbers, those before truth values, those before missing ones.
bool groupStandsBefore(const Group& left, const Group& right);

template <typename Row>
struct Analysis {
  std::vector<Row> rows;  // by count, then group, then bucket, all descending
  bool truncated = false;
};

/// What is common to the questions over groups.
struct GroupQuery {
  const Filter* filter = nullptr;        // null: everything; else of the entity asked for
  std::vector<AnalysisField> groupBy;    // none: one row over all
  std::optional<Microseconds> interval;  // at least 1 µs; adds a bucket. Not for values.
};

struct LatencyRow {
  Group group;
  std::optional<Timestamp> bucket;  // that the steps' started_at is in: see bucketOf
  std::int64_t count = 0;
  std::int64_t errors = 0;  // those with status error
  // None only in the one row over nothing.
  std::optional<Microseconds> min, p50, p95, p99, max;
  std::optional<double> average;  // microseconds
};

struct CountRow {
  Group group;
  std::optional<Timestamp> bucket;  // of the runs' or steps' started_at: see bucketOf
  std::int64_t count = 0;
};

/// `count` values from `lo` (included) to `hi` (not included, but in the last bin).
struct HistogramBin {
  double lo = 0;
  double hi = 0;
  std::int64_t count = 0;
};
inline constexpr std::size_t kHistogramBins = 20;
using Histogram = std::array<HistogramBin, kHistogramBins>;

/// The empty bins between two numbers: bin i begins at min + i * ((max - min) / 20), worked out in doubles, and the
/// last ends at max. Where the numbers are so far apart that their difference may be no double, both are divided by 32
/// meanwhile; where they are no more than 1e-300 apart (or equal) the width is 0, and all are in the last bin.
/// Stores that count in the database do the very same sums there.
Histogram histogramBetween(double min, double max);
/// Both beyond this, on either side of 0: far apart.
inline constexpr double kHugeNumber = 1e290;
inline constexpr double kHugeScale = 32;
inline constexpr double kSmallestSpan = 1e-300;
/// The bin of a number between the histogram's ends: the last one that begins at or before it.
std::size_t binOf(const Histogram& histogram, double value);

struct ValuesQuery {
  const Filter* filter = nullptr;  // null: everything; else over steps
  AnalysisField field;             // of a JSON field
  std::vector<AnalysisField> groupBy;
};

struct ValuesRow {
  Group group;
  std::int64_t count = 0;    // steps with a number there
  std::int64_t missing = 0;  // steps without one
  // None when count is 0.
  std::optional<double> min, average, p50, p95, p99, max;
  std::optional<Histogram> histogram;
};

/// What failing runs are grouped by.
enum class FailureKey { StepType, Name, Pipeline, ErrorType, Rule };
std::string_view toString(FailureKey key);  // "step_type", "run.pipeline"

struct FailuresQuery {
  const Filter* filter = nullptr;                            // null: everything; else over runs
  std::vector<FailureKey> groupBy = {FailureKey::StepType};  // none: one row over all
};

/// A failing run and the step that it is blamed on.
struct FailureExample {
  Id runId;
  std::optional<Id> stepId;  // none: the run has no step
};

struct FailureRow {
  Group group;  // of the attributed step (StepType, Name), the run (Pipeline, ErrorType) or the rule's number 1..4
  std::int64_t runs = 0;
  std::optional<double> share;           // of all failing runs that match; none only in the one row over nothing
  std::vector<FailureExample> examples;  // up to kMaxFailureExamples, by started_at descending, then run id
};
inline constexpr std::size_t kMaxFailureExamples = 5;

/// The value at rank ⌈p·n⌉ in ascending order (nearest rank), as a position from 0: `percent` of 1..100, n of 1 and
/// more.
std::int64_t nearestRank(std::int64_t n, int percent);

/// The first instant that can be written, 0001-01-01T00:00:00Z.
inline constexpr Timestamp kFirstInstant{Microseconds(-62'135'596'800'000'000)};

/// The start of the bucket that a time is in: a whole number of intervals from the epoch, but never before
/// kFirstInstant.
Timestamp bucketOf(Timestamp time, Microseconds interval);

/// Which question a `group_by` belongs to; each allows other names.
enum class GroupedQuestion { Latency, Values, StepCounts, RunCounts };

/// A comma list, at most one JSON path in it; blank: none. Of steps: step_type, name, status, run.pipeline, run.status,
/// run.schema.version, or a path into input_data, output_data, reasoning or run.metadata. Of runs: status, pipeline,
/// schema.version.
///   InvalidArgument  `group_by: …` with the nearest name and all that are allowed
Result<std::vector<AnalysisField>> parseGroupBy(std::string_view text, GroupedQuestion question);
/// The same for failures; blank: step_type.
Result<std::vector<FailureKey>> parseFailureGroupBy(std::string_view text);
/// The `field` of values: a path into a JSON field, written as in a filter: `reasoning."percent left"`.
Result<AnalysisField> parseValueField(std::string_view text);

}  // namespace xray
