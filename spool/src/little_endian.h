#pragma once

#include <bit>
#include <cstring>

namespace xray::spool {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they are");

template <typename Number>
void store(char* at, Number value) {
  std::memcpy(at, &value, sizeof value);
}

template <typename Number>
Number load(const char* at) {
  Number value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace xray::spool
