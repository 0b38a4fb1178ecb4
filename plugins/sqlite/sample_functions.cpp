#include "sample_functions.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "xray/analysis.h"

namespace xray::sqlite {
namespace {

constexpr std::array kPercents = {50, 95, 99};

/// What is told of a group's numbers. Lives as a blob.
template <typename Number>
struct Summary {
  Number percentiles[kPercents.size()];
  std::int64_t bins[kHistogramBins];  // of doubles
};
using IntegerSummary = Summary<std::int64_t>;
using RealSummary = Summary<double>;
static_assert(sizeof(IntegerSummary) == sizeof(RealSummary));

struct SummaryBlob {
  std::int64_t isReal;
  union {
    IntegerSummary integers;
    RealSummary reals;
  };
};

/// The numbers of one group; only one of the lists is used.
struct Sample {
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
};

template <typename Number>
void fillPercentiles(std::vector<Number>& numbers, Summary<Number>& summary) {
  auto from = numbers.begin();
  for (std::size_t i = 0; i < kPercents.size(); ++i) {
    const auto at = numbers.begin() + nearestRank(static_cast<std::int64_t>(numbers.size()), kPercents[i]);
    // Ranks grow: what is before the last one is smaller already.
    std::nth_element(from, at, numbers.end());
    summary.percentiles[i] = *at;
    from = at;
  }
}

void fillBins(const std::vector<double>& numbers, RealSummary& summary) {
  const auto [min, max] = std::minmax_element(numbers.begin(), numbers.end());
  const Histogram histogram = histogramBetween(*min, *max);
  for (const double number : numbers) ++summary.bins[binOf(histogram, number)];
}

void step(sqlite3_context* context, sqlite3_value** arguments) {
  const int type = sqlite3_value_type(arguments[0]);
  if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return;
  auto** sample = static_cast<Sample**>(sqlite3_aggregate_context(context, sizeof(Sample*)));
  if (!sample) throw std::bad_alloc();
  if (!*sample) *sample = new Sample;
  if (type == SQLITE_INTEGER) {
    (*sample)->integers.push_back(sqlite3_value_int64(arguments[0]));
  } else {
    (*sample)->reals.push_back(sqlite3_value_double(arguments[0]) + 0.0);  // -0 is 0
  }
}

void finish(sqlite3_context* context) {
  auto** kept = static_cast<Sample**>(sqlite3_aggregate_context(context, 0));
  const std::unique_ptr<Sample> sample(kept ? *kept : nullptr);
  if (!sample) return;
  SummaryBlob blob{};
  blob.isReal = sample->integers.empty();
  if (blob.isReal) {
    blob.reals = {};
    fillPercentiles(sample->reals, blob.reals);
    fillBins(sample->reals, blob.reals);
  } else {
    fillPercentiles(sample->integers, blob.integers);
  }
  sqlite3_result_blob(context, &blob, sizeof(blob), SQLITE_TRANSIENT);
}

/// False of no numbers.
bool readSummary(sqlite3_value* value, SummaryBlob& blob) {
  const void* data = sqlite3_value_blob(value);
  if (!data || sqlite3_value_bytes(value) != static_cast<int>(sizeof(blob))) return false;
  std::memcpy(&blob, data, sizeof(blob));
  return true;
}

void percentile(sqlite3_context* context, sqlite3_value** arguments) {
  SummaryBlob blob;
  const auto percent = std::ranges::find(kPercents, sqlite3_value_int(arguments[1]));
  if (percent == kPercents.end() || !readSummary(arguments[0], blob)) return;
  const auto index = percent - kPercents.begin();
  if (blob.isReal) {
    sqlite3_result_double(context, blob.reals.percentiles[index]);
  } else {
    sqlite3_result_int64(context, blob.integers.percentiles[index]);
  }
}

void histogram(sqlite3_context* context, sqlite3_value** arguments) {
  SummaryBlob blob;
  if (!readSummary(arguments[0], blob) || !blob.isReal) return;
  std::string text;
  for (const std::int64_t count : blob.reals.bins) text += std::to_string(count) + " ";
  text.pop_back();
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

// What SQLite calls: C functions, so nothing may be thrown through them. Only memory can be out.
template <typename Work>
void guard(sqlite3_context* context, Work work) noexcept {
  try {
    work();
  } catch (const std::exception&) {
    sqlite3_result_error_nomem(context);
  }
}

template <void (*function)(sqlite3_context*, sqlite3_value**)>
void guarded(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  guard(context, [&] { function(context, arguments); });
}

void guardedFinish(sqlite3_context* context) noexcept {
  guard(context, [&] { finish(context); });
}

}  // namespace

int registerSampleFunctions(sqlite3* handle) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  const auto scalar = [&](const char* name, int arguments, void (*call)(sqlite3_context*, int, sqlite3_value**)) {
    return sqlite3_create_function_v2(handle, name, arguments, kFlags, nullptr, call, nullptr, nullptr, nullptr);
  };
  int code = sqlite3_create_function_v2(handle, "xray_sample", 1, kFlags, nullptr, nullptr, guarded<step>,
                                        guardedFinish, nullptr);
  if (code == SQLITE_OK) code = scalar("xray_sample_percentile", 2, guarded<percentile>);
  if (code == SQLITE_OK) code = scalar("xray_sample_histogram", 1, guarded<histogram>);
  return code;
}

}  // namespace xray::sqlite
