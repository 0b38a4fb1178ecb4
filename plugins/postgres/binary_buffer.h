#pragma once
// Values in the binary form of PostgreSQL's protocol, as parameters, array elements and COPY fields have it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xray/ids.h"
#include "xray/time.h"

namespace xray::postgres {

/// What PostgreSQL calls its types (pg_type.oid); fixed for all versions.
enum class Type : std::uint32_t {
  Bool = 16,
  Bytea = 17,
  BigInt = 20,
  SmallInt = 21,
  Integer = 23,
  Text = 25,
  Double = 701,
  TimestampTz = 1184,
  Uuid = 2950,
  Jsonb = 3802
};
/// The type of arrays of `element`.
std::uint32_t arrayTypeOf(Type element);

/// A JSON text on its way into a jsonb.
struct Json {
  std::string_view text;
};
/// Any bytes on their way into a bytea.
struct Bytes {
  std::string_view bytes;
};

/// Microseconds of PostgreSQL's clock, which begins in 2000. Times before 4713 BC become its infinite past, which
/// compares as they would.
std::int64_t toPostgresTime(Timestamp time);
Timestamp fromPostgresTime(std::int64_t microseconds);

/// Appends to a string, in network byte order. One thread at a time.
class BinaryBuffer {
 public:
  explicit BinaryBuffer(std::string& out) : out_(out) {}

  void int16(std::int16_t value);
  void int32(std::int32_t value);
  void int64(std::int64_t value);
  void raw(std::string_view bytes) { out_.append(bytes); }

  /// Fields: four bytes of length, then the value; a length of -1 is a null.
  void null() { int32(-1); }
  void field(bool value);
  void field(std::int32_t value);
  void field(std::int64_t value);
  void field(double value);
  void field(Timestamp value);
  void field(Microseconds value) { field(std::int64_t{value.count()}); }
  void field(const Id& value);
  void field(std::string_view value);
  void field(const std::string& value) { field(std::string_view(value)); }
  void field(const char*) = delete;  // would be a bool
  void field(Json value);
  void field(Bytes value) { field(value.bytes); }
  template <typename T>
  void field(const std::optional<T>& value) {
    value ? field(*value) : null();
  }

 private:
  std::string& out_;
};

}  // namespace xray::postgres
