#include "binary_buffer.h"

#include <bit>
#include <limits>

namespace xray::postgres {
namespace {

constexpr std::int64_t kEpoch2000 = 946'684'800'000'000;  // of 1970, in microseconds
// timestamptz begins in 4713 BC and ends after Timestamp does. Events come from the years 1 to 9999.
constexpr std::int64_t kEarliest = -210'866'803'200'000'000;
constexpr char kJsonbVersion = 1;

template <typename Unsigned>
void appendBigEndian(std::string& out, Unsigned value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xff);
  }
}

}  // namespace

std::uint32_t arrayTypeOf(Type element) {
  switch (element) {
    case Type::Bool:
      return 1000;
    case Type::Bytea:
      return 1001;
    case Type::SmallInt:
      return 1005;
    case Type::Integer:
      return 1007;
    case Type::Text:
      return 1009;
    case Type::BigInt:
      return 1016;
    case Type::Double:
      return 1022;
    case Type::TimestampTz:
      return 1185;
    case Type::Uuid:
      return 2951;
    case Type::Jsonb:
      return 3807;
  }
  return 0;
}

std::int64_t toPostgresTime(Timestamp time) {
  const std::int64_t microseconds = time.time_since_epoch().count();
  if (microseconds < kEarliest) return std::numeric_limits<std::int64_t>::min();
  return microseconds - kEpoch2000;
}

Timestamp fromPostgresTime(std::int64_t microseconds) {
  const bool infinite = microseconds > std::numeric_limits<std::int64_t>::max() - kEpoch2000;
  return Timestamp(Microseconds(infinite ? microseconds : microseconds + kEpoch2000));
}

void BinaryBuffer::int16(std::int16_t value) {
  appendBigEndian(out_, static_cast<std::uint16_t>(value));
}

void BinaryBuffer::int32(std::int32_t value) {
  appendBigEndian(out_, static_cast<std::uint32_t>(value));
}

void BinaryBuffer::int64(std::int64_t value) {
  appendBigEndian(out_, static_cast<std::uint64_t>(value));
}

void BinaryBuffer::field(bool value) {
  int32(1);
  out_ += static_cast<char>(value);
}

void BinaryBuffer::field(std::int32_t value) {
  int32(sizeof value);
  int32(value);
}

void BinaryBuffer::field(std::int64_t value) {
  int32(sizeof value);
  int64(value);
}

void BinaryBuffer::field(double value) {
  field(std::bit_cast<std::int64_t>(value));
}

void BinaryBuffer::field(Timestamp value) {
  field(toPostgresTime(value));
}

void BinaryBuffer::field(const Id& value) {
  int32(static_cast<std::int32_t>(value.bytes().size()));
  out_.append(reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size());
}

void BinaryBuffer::field(std::string_view value) {
  int32(static_cast<std::int32_t>(value.size()));
  out_.append(value);
}

void BinaryBuffer::field(Json value) {
  int32(static_cast<std::int32_t>(value.text.size() + 1));
  out_ += kJsonbVersion;
  out_.append(value.text);
}

}  // namespace xray::postgres
