#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace xray::test {

/// Random choices of one test, printed seed included: set XRAY_TEST_SEED to repeat a failure. One thread at a time.
class Random {
 public:
  /// `name` stands beside the seed.
  explicit Random(const std::string& name) : Random(seedFromEnvironment()) {
    std::cout << name << ": XRAY_TEST_SEED=" << seed_ << "\n";
  }
  explicit Random(std::uint64_t seed) : seed_(seed), engine_(seed) {}

  std::uint64_t seed() const { return seed_; }
  /// 0 to bound - 1; bound is at least 1.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool chance(double probability) { return std::uniform_real_distribution<double>(0, 1)(engine_) < probability; }
  template <typename T>
  const T& pick(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    std::shuffle(items.begin(), items.end(), engine_);
  }

 private:
  static std::uint64_t seedFromEnvironment() {
    const char* text = std::getenv("XRAY_TEST_SEED");
    return text ? std::strtoull(text, nullptr, 10) : std::random_device()();
  }

  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace xray::test
