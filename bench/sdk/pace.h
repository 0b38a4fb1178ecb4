#pragma once
// Work at a steady rate.

#include <chrono>
#include <cstdint>
#include <thread>

namespace xray::bench {

/// Calls `work` as often as `rate` a second asks for; sleeps while it is ahead, so what is due comes in small bursts.
template <typename Work>
void paced(double rate, std::chrono::nanoseconds duration, Work work) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto total = static_cast<std::uint64_t>(rate * std::chrono::duration<double>(duration).count());
  for (std::uint64_t done = 0; done < total;) {
    const std::chrono::duration<double> passed = Clock::now() - begin;
    const auto due = std::min(total, static_cast<std::uint64_t>(rate * passed.count()));
    if (done == due) {
      std::this_thread::sleep_until(
          begin + std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(done + 1) / rate * 1e9)));
    }
    for (; done < due; ++done) work();
  }
}

}  // namespace xray::bench
