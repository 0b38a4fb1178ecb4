#pragma once
// Answers of section 3 as text: equal answers are equal text.

#include <cmath>
#include <string>
#include <vector>

#include "xray/analysis.h"
#include "xray/json.h"

namespace xray::test {

inline std::string toText(const GroupValue& value) {
  std::string text;
  if (const auto* string = std::get_if<std::string>(&value)) {
    appendJsonString(text, *string);
  } else if (const auto* number = std::get_if<double>(&value)) {
    text = std::signbit(*number) && *number == 0 ? "-0" : "";
    appendJsonNumber(text, *number);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    text = *truth ? "true" : "false";
  } else {
    text = "null";
  }
  return text;
}

inline std::string toText(const Group& group) {
  std::string text;
  for (const GroupValue& value : group) text += toText(value) + " ";
  return text;
}

inline std::string toText(const std::optional<Microseconds>& value) {
  return value ? std::to_string(value->count()) : "none";
}
inline std::string toText(const std::optional<double>& value) {
  return value ? toText(GroupValue(*value)) : "none";
}
inline std::string bucketText(const std::optional<Timestamp>& bucket) {
  return bucket ? formatTimestamp(*bucket) + " " : "";
}

// Averages are not part of the text: they are sums in any order, and only nearly equal.
inline std::string toText(const LatencyRow& row) {
  return toText(row.group) + bucketText(row.bucket) + "count " + std::to_string(row.count) + " errors " +
         std::to_string(row.errors) + ": " + toText(row.min) + " " + toText(row.p50) + " " + toText(row.p95) + " " +
         toText(row.p99) + " " + toText(row.max);
}

inline std::string toText(const CountRow& row) {
  return toText(row.group) + bucketText(row.bucket) + std::to_string(row.count);
}

inline std::string toText(const ValuesRow& row) {
  std::string text = toText(row.group) + "count " + std::to_string(row.count) + " missing " +
                     std::to_string(row.missing) + ": " + toText(row.min) + " " + toText(row.p50) + " " +
                     toText(row.p95) + " " + toText(row.p99) + " " + toText(row.max);
  if (!row.histogram) return text;
  for (const HistogramBin& bin : *row.histogram) {
    text +=
        " [" + toText(std::optional(bin.lo)) + " " + toText(std::optional(bin.hi)) + "] " + std::to_string(bin.count);
  }
  return text;
}

inline std::string toText(const FailureRow& row) {
  std::string text = toText(row.group) + std::to_string(row.runs) + " share " + toText(row.share) + ":";
  for (const FailureExample& example : row.examples) {
    text += " " + example.runId.toString() + "/" + (example.stepId ? example.stepId->toString() : "none");
  }
  return text;
}

template <typename Row>
std::string toText(const Analysis<Row>& answer) {
  std::string text;
  for (const Row& row : answer.rows) text += toText(row) + "\n";
  return text + (answer.truncated ? "and more\n" : "");
}

/// The averages of an answer's rows, none as 0. `scale`: the largest number that each is an average of.
struct Average {
  double value = 0;
  double scale = 0;
};

inline Average averageOf(const LatencyRow& row) {
  return {row.average.value_or(0), static_cast<double>(row.max.value_or(Microseconds(0)).count())};
}
inline Average averageOf(const ValuesRow& row) {
  return {row.average.value_or(0), std::max(std::abs(row.min.value_or(0)), std::abs(row.max.value_or(0)))};
}
inline Average averageOf(const CountRow&) {
  return {};
}
inline Average averageOf(const FailureRow&) {
  return {};
}

}  // namespace xray::test
