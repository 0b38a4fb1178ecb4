#pragma once

#include <cstdint>

namespace xray::bench {

/// SplitMix64: the same numbers for the same seed on every machine. One thread at a time.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return mix(state_ += 0x9E3779B97F4A7C15ull); }
  /// 0..limit-1.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  bool oneIn(std::uint64_t many) { return below(many) == 0; }

  /// A number that looks random, of another.
  static std::uint64_t mix(std::uint64_t number) {
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9ull;
    number = (number ^ number >> 27) * 0x94D049BB133111EBull;
    return number ^ number >> 31;
  }

 private:
  std::uint64_t state_;
};

}  // namespace xray::bench
