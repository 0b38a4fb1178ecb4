#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "xray/time.h"

namespace simulate {

/// Choices that are the same for the same seed, on every machine (which the distributions of <random> are not). One
/// thread at a time.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// 0 to bound - 1; bound is at least 1.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }

  /// A number with two digits after the point, from `least` and below `limit`, both in hundredths.
  double hundredths(std::uint64_t least, std::uint64_t limit) {
    return static_cast<double>(least + below(limit - least)) / 100;
  }

  /// From `usual` to below 1.3 times that. So little that no median of such times is twice another, however few there
  /// are: what the analysis finds to be slower has been made slower.
  xray::Microseconds about(xray::Microseconds usual) {
    return usual + xray::Microseconds(below(static_cast<std::uint64_t>(usual.count() * 3 / 10)));
  }

  template <typename T>
  const T& pick(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  /// `count` different ones of the numbers below `bound`, as truths: chosen or not.
  std::vector<bool> choose(std::size_t count, std::size_t bound) {
    std::vector<bool> chosen(bound, false);
    for (std::size_t i = 0; i < count; ++i) chosen[i] = true;
    for (std::size_t i = bound; i > 1; --i) {
      const std::size_t other = below(i);
      const bool last = chosen[i - 1];
      chosen[i - 1] = chosen[other];
      chosen[other] = last;
    }
    return chosen;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace simulate
