#pragma once
// Rows in the binary format of PostgreSQL's COPY.

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xray/ids.h"
#include "xray/time.h"

namespace xray::bench {

class CopyRows {
 public:
  CopyRows() { clear(); }

  /// Only the format's header is left; the room stays.
  void clear() { bytes_.assign("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19); }
  const std::string& finish() {
    number(std::int16_t{-1});
    return bytes_;
  }

  void row(std::int16_t fields) { number(fields); }
  void null() { number(std::int32_t{-1}); }
  void field(bool value) { sized(std::uint8_t{value}); }
  void field(std::int32_t value) { sized(value); }
  void field(std::int64_t value) { sized(value); }
  void field(Timestamp time) {
    constexpr std::int64_t kPostgresEpoch = 946'684'800'000'000;  // 2000-01-01
    sized(std::int64_t{time.time_since_epoch().count()} - kPostgresEpoch);
  }
  void field(const Id& id) {
    number(std::int32_t{16});
    bytes_.append(reinterpret_cast<const char*>(id.bytes().data()), 16);
  }
  void text(std::string_view value) {
    number(static_cast<std::int32_t>(value.size()));
    bytes_ += value;
  }
  void textOrNull(std::string_view value) { value.data() == nullptr || value.empty() ? null() : text(value); }
  void jsonb(std::string_view value) {
    number(static_cast<std::int32_t>(value.size()) + 1);
    bytes_ += '\1';
    bytes_ += value;
  }
  void jsonbOrNull(std::string_view value) { value.empty() ? null() : jsonb(value); }

 private:
  template <typename Number>
  void number(Number value) {
    static_assert(std::endian::native == std::endian::little);
    char bytes[sizeof value];
    for (std::size_t i = 0; i < sizeof value; ++i) bytes[i] = static_cast<char>(value >> 8 * (sizeof value - 1 - i));
    bytes_.append(bytes, sizeof value);
  }
  template <typename Number>
  void sized(Number value) {
    number(static_cast<std::int32_t>(sizeof value));
    number(value);
  }

  std::string bytes_;
};

}  // namespace xray::bench
