#pragma once
// Time between two points of one thread, cheap enough to be taken around a step: the cycle counter where there is a
// steady one, else the clock.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#ifdef __x86_64__
#include <x86intrin.h>
#endif

namespace xray::bench {

inline std::uint64_t ticks() {
#ifdef __x86_64__
  // Neither waits for what comes later nor lets it begin earlier.
  unsigned core;
  const std::uint64_t now = __rdtscp(&core);
  _mm_lfence();
  return now;
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// What a tick is in nanoseconds, and what taking two of them costs. Takes some milliseconds to make.
class TickScale {
 public:
  TickScale() {
    std::vector<std::uint64_t> gaps(1001);
    const auto clockBefore = std::chrono::steady_clock::now();
    const std::uint64_t before = ticks();
    while (std::chrono::steady_clock::now() - clockBefore < std::chrono::milliseconds(20)) {
      for (std::uint64_t& gap : gaps) {
        const std::uint64_t begin = ticks();
        gap = ticks() - begin;
      }
    }
    const std::chrono::duration<double, std::nano> passed = std::chrono::steady_clock::now() - clockBefore;
    nanoseconds_ = passed.count() / static_cast<double>(ticks() - before);
    std::nth_element(gaps.begin(), gaps.begin() + 500, gaps.end());
    overhead_ = gaps[500];
  }

  /// Of a difference of two ticks, without what taking them costs.
  double nanoseconds(std::uint64_t difference) const {
    return static_cast<double>(difference - std::min(difference, overhead_)) * nanoseconds_;
  }

 private:
  double nanoseconds_ = 1;
  std::uint64_t overhead_ = 0;
};

/// The value that `share` of the samples do not exceed; orders them.
inline std::uint64_t percentile(std::vector<std::uint32_t>& samples, double share) {
  if (samples.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(samples.size() - 1));
  std::nth_element(samples.begin(), samples.begin() + at, samples.end());
  return samples[static_cast<std::size_t>(at)];
}

}  // namespace xray::bench
