#include "payload_tape.h"

#include <algorithm>

namespace xray::sdk {

void PayloadTape::grow(std::size_t bytes) {
  constexpr std::size_t kFirst = 256;
  const std::size_t capacity = std::max({kFirst, capacity_ * 2, size_ + bytes});
  std::unique_ptr<char[]> larger(new char[capacity]);
  if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace xray::sdk
