#include "server/allocation_limit.h"

#include <cstdlib>
#include <limits>
#include <new>

namespace {

thread_local std::size_t limit = std::numeric_limits<std::size_t>::max();

void* allocate(std::size_t size) noexcept {
  return size > limit ? nullptr : std::malloc(size != 0 ? size : 1);
}

}  // namespace

// For the whole test program. All of the plain forms, so that sanitizers see each block freed as it was allocated.
void* operator new(std::size_t size) {
  if (void* block = allocate(size)) return block;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete[](void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  std::free(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
  std::free(block);
}

namespace xray::server {

AllocationLimit::AllocationLimit(std::size_t bytes) {
  limit = bytes;
}
AllocationLimit::~AllocationLimit() {
  limit = std::numeric_limits<std::size_t>::max();
}

}  // namespace xray::server
