#pragma once
// The simulated day and the hours at which its problems begin.

#include <chrono>
#include <cstddef>
#include <string>

#include "simulate/dice.h"
#include "xray/time.h"

namespace simulate {

/// The planted problems.
inline constexpr std::chrono::hours kRankerIsSlowFrom{10};
inline constexpr int kRankerSlowdown = 4;
inline constexpr std::chrono::hours kSchemaVersion2From{12};
inline constexpr std::chrono::hours kFilterIsNarrowFrom{14};
inline constexpr double kNarrowFilterDrops = 0.97;  // of what it is given; usually kUsualFilterDrops
inline constexpr double kUsualFilterDrops = 0.4;
inline constexpr std::chrono::hours kJobsDieFrom{18};
inline constexpr std::size_t kOneInSoManyJobsDies = 4;
/// Of ten crashes so many are caused by each step type.
inline constexpr std::size_t kToolCrashes = 7, kLlmCrashes = 1, kLoadCrashes = 1, kLookupCrashes = 1;

inline constexpr std::size_t kLeastRuns = 48;  // two an hour; fewer would leave hours without a median

/// When the runs of a pipeline begin. They are shared out evenly over the hours, and each begins in the first 50
/// minutes of its hour, so that runs of less than ten minutes have all their steps in one hour. A problem that begins
/// with an hour then has every step of a run, or none.
struct Day {
  xray::Timestamp midnight;       // UTC
  std::size_t runs = kLeastRuns;  // of each pipeline

  std::chrono::hours hourOf(std::size_t run) const { return std::chrono::hours(run * 24 / runs); }

  xray::Timestamp startOf(std::size_t run, Dice& dice) const {
    constexpr std::chrono::microseconds kFirstMinutes = std::chrono::minutes(50);
    return midnight + hourOf(run) + xray::Microseconds(dice.below(kFirstMinutes.count()));
  }

  /// How often ten crashes happen.
  std::size_t tensOfCrashes() const { return runs / 40; }
};

/// The numbers of a run as people write them: "job-00042".
inline std::string numbered(const char* word, std::size_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return std::string(word) + "-" + digits;
}

}  // namespace simulate
