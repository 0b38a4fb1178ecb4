#include "parameters.h"

#include <type_traits>

namespace xray::postgres {
namespace {

constexpr std::size_t kLengthBytes = 4;  // libpq takes the lengths apart from the values

Type typeOf(const sql::Value& value) {
  return std::visit(
      [](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::int64_t>) {
          return Type::BigInt;
        } else if constexpr (std::is_same_v<T, double>) {
          return Type::Double;
        } else if constexpr (std::is_same_v<T, bool>) {
          return Type::Bool;
        } else if constexpr (std::is_same_v<T, Id>) {
          return Type::Uuid;
        } else if constexpr (std::is_same_v<T, Timestamp>) {
          return Type::TimestampTz;
        } else {
          return Type::Text;
        }
      },
      value);
}

}  // namespace

void Parameters::begin(std::uint32_t type) {
  types_.push_back(type);
  begins_.push_back(bytes_.size());
  nulls_.push_back(false);
}

void Parameters::add(std::string_view text) {
  begin(static_cast<std::uint32_t>(Type::Text));
  bytes_.append(text);
}

void Parameters::add(Timestamp time) {
  begin(static_cast<std::uint32_t>(Type::TimestampTz));
  BinaryBuffer(bytes_).int64(toPostgresTime(time));
}

void Parameters::add(std::int64_t number) {
  begin(static_cast<std::uint32_t>(Type::BigInt));
  BinaryBuffer(bytes_).int64(number);
}

void Parameters::add(const sql::Value& value) {
  begin(static_cast<std::uint32_t>(typeOf(value)));
  if (std::holds_alternative<std::monostate>(value)) {
    nulls_.back() = true;
    return;
  }
  const std::size_t at = bytes_.size();
  std::visit(
      [&](const auto& held) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) BinaryBuffer(bytes_).field(held);
      },
      value);
  bytes_.erase(at, kLengthBytes);
}

void Parameters::arrayHeader(BinaryBuffer& buffer, Type element, std::size_t size) {
  buffer.int32(size == 0 ? 0 : 1);  // dimensions
  buffer.int32(1);                  // there may be nulls
  buffer.int32(static_cast<std::int32_t>(element));
  if (size == 0) return;
  buffer.int32(static_cast<std::int32_t>(size));
  buffer.int32(1);  // the first index
}

void Parameters::view() {
  values_.clear();
  lengths_.clear();
  formats_.assign(begins_.size(), 1);
  for (std::size_t i = 0; i < begins_.size(); ++i) {
    const std::size_t end = i + 1 < begins_.size() ? begins_[i + 1] : bytes_.size();
    values_.push_back(nulls_[i] ? nullptr : bytes_.data() + begins_[i]);
    lengths_.push_back(static_cast<int>(end - begins_[i]));
  }
}

}  // namespace xray::postgres
