#pragma once
// Counts every operator new of the calling thread, the library's included: allocations.cpp replaces it.

#include <cstdint>

namespace xray::bench {

/// So far; of the calling thread.
std::uint64_t allocations();

}  // namespace xray::bench
