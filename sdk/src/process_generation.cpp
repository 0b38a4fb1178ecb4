#include "process_generation.h"

#include <pthread.h>

#include <atomic>

namespace xray::sdk {
namespace {

std::atomic<unsigned> generation{0};
// Registered when the library is loaded, before anything could have been recorded.
const int registered = pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });

}  // namespace

unsigned processGeneration() noexcept {
  (void)registered;
  return generation.load(std::memory_order_relaxed);
}

}  // namespace xray::sdk
