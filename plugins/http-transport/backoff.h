#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace xray::httptransport {

/// Pauses between tries: they double from `min` to `max`, and each is shortened by up to a half at random, so that many
/// senders do not come back together. One thread at a time.
class Backoff {
 public:
  using Duration = std::chrono::microseconds;

  /// 0 < min <= max.
  Backoff(Duration min, Duration max, std::uint64_t seed) : min_(min), max_(max), pause_(min), random_(seed) {}

  Duration next();
  void reset() { pause_ = min_; }

 private:
  Duration min_;
  Duration max_;
  Duration pause_;
  std::mt19937_64 random_;
};

}  // namespace xray::httptransport
