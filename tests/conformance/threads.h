#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <thread>

namespace xray::test {

/// Threads of this process.
inline std::size_t threadCount() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

/// Whether no more than `count` threads are left. A joined thread may still be listed for a moment.
inline bool threadsFallTo(std::size_t count, std::chrono::seconds atMost = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + atMost;
  while (threadCount() > count) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace xray::test
