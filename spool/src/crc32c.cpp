#include "xray/spool/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace xray::spool {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected
using Table = std::array<std::uint32_t, 256>;

/// Row n tells what a byte does to the sum that is followed by n more bytes: eight bytes at a time.
constexpr std::array<Table, 8> makeTables() {
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t row = 1; row < tables.size(); ++row) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[row - 1][byte];
      tables[row][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}
constexpr std::array<Table, 8> kTables = makeTables();

static_assert(std::endian::native == std::endian::little, "the spool is read and written on little-endian machines");

std::uint64_t load64(const char* at) {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

#if defined(__x86_64__)
/// Bytes of each of three sums that run side by side: one instruction takes three cycles, but one can begin in each.
constexpr std::size_t kLane = 4096;

using Matrix = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr std::uint32_t shiftByte(std::uint32_t crc) {
  return (crc >> 8) ^ kTables[0][crc & 0xFF];
}

/// What kLane bytes of zeros make of a sum, for each byte of it: the sum is linear.
Matrix makeLaneShift() {
  std::array<std::uint32_t, 32> ofBit{};
  for (int bit = 0; bit < 32; ++bit) {
    std::uint32_t crc = std::uint32_t{1} << bit;
    for (std::size_t i = 0; i < kLane; ++i) crc = shiftByte(crc);
    ofBit[static_cast<std::size_t>(bit)] = crc;
  }
  Matrix matrix{};
  for (std::size_t byte = 0; byte < 4; ++byte) {
    for (std::uint32_t value = 0; value < 256; ++value) {
      for (std::size_t bit = 0; bit < 8; ++bit) {
        if (value & (1u << bit)) matrix[byte][value] ^= ofBit[byte * 8 + bit];
      }
    }
  }
  return matrix;
}

std::uint32_t shiftLane(std::uint32_t crc) {
  static const Matrix kShift = makeLaneShift();
  return kShift[0][crc & 0xFF] ^ kShift[1][(crc >> 8) & 0xFF] ^ kShift[2][(crc >> 16) & 0xFF] ^ kShift[3][crc >> 24];
}

__attribute__((target("sse4.2"))) std::uint32_t crc32cSse(std::string_view bytes, std::uint32_t crc) {
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t a = ~crc;
  for (; left >= 3 * kLane; at += 3 * kLane, left -= 3 * kLane) {
    std::uint64_t b = 0;
    std::uint64_t c = 0;
    for (std::size_t i = 0; i < kLane; i += 8) {
      a = _mm_crc32_u64(a, load64(at + i));
      b = _mm_crc32_u64(b, load64(at + kLane + i));
      c = _mm_crc32_u64(c, load64(at + 2 * kLane + i));
    }
    a = shiftLane(shiftLane(static_cast<std::uint32_t>(a)) ^ static_cast<std::uint32_t>(b)) ^ c;
  }
  for (; left >= 8; at += 8, left -= 8) a = _mm_crc32_u64(a, load64(at));
  auto last = static_cast<std::uint32_t>(a);
  for (; left > 0; ++at, --left) last = _mm_crc32_u8(last, static_cast<unsigned char>(*at));
  return ~last;
}
#endif

}  // namespace

std::uint32_t crc32cPortable(std::string_view bytes, std::uint32_t crc) {
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  crc = ~crc;
  for (; left >= 8; at += 8, left -= 8) {
    const std::uint64_t word = load64(at) ^ crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) crc ^= kTables[7 - i][(word >> (8 * i)) & 0xFF];
  }
  for (; left > 0; ++at, --left) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(*at)) & 0xFF];
  return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
#if defined(__x86_64__)
  static const bool kHardware = __builtin_cpu_supports("sse4.2") != 0;
  if (kHardware) return crc32cSse(bytes, crc);
#endif
  return crc32cPortable(bytes, crc);
}

}  // namespace xray::spool
