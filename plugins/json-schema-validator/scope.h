#pragma once
// The value that is being looked at, and the way to it. Lives on the stack while schemas are applied to it.

#include <array>
#include <cstddef>
#include <list>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xray/json.h"

namespace xray::jsonschema {

/// The members of an object by name, read once. Small objects take no memory from the heap.
class Members {
 public:
  struct Member {
    std::string_view name;  // escapes undone
    JsonValue value;
  };

  explicit Members(std::string_view object);
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  std::size_t size() const { return members_.size(); }
  /// In the order of their names.
  const std::pmr::vector<Member>& all() const { return members_; }
  const Member* find(std::string_view name) const;

 private:
  std::array<std::byte, 1024> small_;
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::vector<Member> members_;
  std::list<std::string> unescaped_;  // names that were written with escapes
};

class Scope {
 public:
  explicit Scope(const JsonValue& value) : value(value) {}
  Scope(const JsonValue& value, const Scope& parent, std::string_view name)
      : value(value), parent(&parent), name_(name) {}
  Scope(const JsonValue& value, const Scope& parent, std::size_t index)
      : value(value), parent(&parent), index_(index) {}

  const JsonValue value;
  const Scope* const parent = nullptr;  // null: the section

  /// Only for objects.
  const Members& members() const {
    if (!members_) members_.emplace(value.text);
    return *members_;
  }

  /// Appends the pointer from the section to here.
  void appendPointer(std::string& out) const;

 private:
  const std::string_view name_;             // of a member, or
  const std::optional<std::size_t> index_;  // of an element
  mutable std::optional<Members> members_;
};

}  // namespace xray::jsonschema
