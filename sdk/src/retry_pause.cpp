#include "retry_pause.h"

#include <algorithm>

namespace xray::sdk {
bool isHeld(StatusCode code) {
  return code == StatusCode::Unauthenticated || code == StatusCode::PermissionDenied;
}

Microseconds RetryPause::after(const Status& failure, unsigned tries) {
  // At least the backoff: a Retry-After of 0 must not make a busy loop.
  if (const auto wait = failure.retryAfter()) {
    return std::max(std::min<Microseconds>(*wait, kLongestRetryAfter), backoff(tries));
  }
  return isHeld(failure.code()) ? settings_.retryMost : backoff(tries);
}

Microseconds RetryPause::backoff(unsigned tries) {
  Microseconds wait = settings_.retryFirst;
  for (unsigned i = 0; i < tries && wait < settings_.retryMost; ++i) wait *= 2;
  wait = std::min(wait, settings_.retryMost);
  // Between a half and the whole of it, so that clients of one backend do not come back together.
  return wait / 2 + Microseconds(std::uniform_int_distribution<std::int64_t>(0, wait.count() / 2)(random_));
}

}  // namespace xray::sdk
