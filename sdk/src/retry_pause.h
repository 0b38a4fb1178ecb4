#pragma once
// How long to wait before something that failed is tried again.

#include <random>

#include "settings.h"
#include "xray/status.h"

namespace xray::sdk {

/// The backend may ask for more, but it may also be wrong.
inline constexpr auto kLongestRetryAfter = std::chrono::hours(1);

/// The backend refuses the key: nothing is wrong with the batch, and nothing gets better soon.
bool isHeld(StatusCode code);

/// One thread at a time.
class RetryPause {
 public:
  explicit RetryPause(const Settings& settings) : settings_(settings), random_(std::random_device{}()) {}

  /// After a failure with `tries` before it: what the backend asked for (within reason, and never less than the
  /// backoff), Settings::retryMost for a held batch, else the backoff.
  Microseconds after(const Status& failure, unsigned tries);

 private:
  Microseconds backoff(unsigned tries);

  const Settings& settings_;
  std::minstd_rand random_;
};

}  // namespace xray::sdk
