#pragma once
// Values bound to one statement, in binary form.

#include <libpq-fe.h>

#include <string>
#include <string_view>
#include <vector>

#include "binary_buffer.h"
#include "xray/sql/statement.h"

namespace xray::postgres {

/// $1, $2, … in the order in which they are added. One thread at a time.
class Parameters {
 public:
  void add(std::string_view text);
  void add(Timestamp time);
  void add(std::int64_t number);
  void add(const sql::Value& value);

  /// An array with one element for each item; `write(buffer, item)` appends the element as one field.
  template <typename Items, typename Write>
  void addArray(Type element, const Items& items, Write write) {
    begin(arrayTypeOf(element));
    BinaryBuffer buffer(bytes_);
    arrayHeader(buffer, element, items.size());
    for (const auto& item : items) write(buffer, item);
  }

  int count() const { return static_cast<int>(begins_.size()); }
  const Oid* types() const { return types_.data(); }
  /// The other three arrays that libpq takes; they live until the next call.
  void view();
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void begin(std::uint32_t type);
  static void arrayHeader(BinaryBuffer& buffer, Type element, std::size_t size);

  std::string bytes_;
  std::vector<Oid> types_;
  std::vector<std::size_t> begins_;
  std::vector<bool> nulls_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

}  // namespace xray::postgres
