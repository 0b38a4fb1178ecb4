#pragma once

#include <cstddef>

namespace xray::server {

/// While it lives, allocations of more than `bytes` throw std::bad_alloc on this thread. Not nested.
class AllocationLimit {
 public:
  explicit AllocationLimit(std::size_t bytes);
  ~AllocationLimit();
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;
};

}  // namespace xray::server
