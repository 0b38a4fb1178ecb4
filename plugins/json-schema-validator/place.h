#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xray/json.h"
#include "xray/text.h"

namespace xray::jsonschema {

/// A JSON value in a message: a text quoted, a number as it stands, a container by its kind.
inline std::string shown(const JsonValue& value) {
  if (value.type == JsonType::String) return quoted(value.string());
  if (value.type == JsonType::Object) return "an object";
  if (value.type == JsonType::Array) return "an array";
  return std::string(value.text.substr(0, 40));
}

/// Where in a definition a reader is, as a JSON Pointer, and what it found wrong there. One thread at a time.
class Place {
 public:
  /// Appends a name to the place for as long as it lives.
  class Inside {
   public:
    Inside(Place& place, std::string_view name) : pointer_(place.pointer_), size_(pointer_.size()) {
      appendPointerToken(pointer_, name);
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { pointer_.resize(size_); }

   private:
    std::string& pointer_;
    std::size_t size_;
  };

  const std::string& pointer() const { return pointer_; }
  const std::string& error() const { return error_; }

  /// Always false.
  bool fail(std::string_view text) { return failAt(pointer_, text); }
  bool failAt(std::string_view pointer, std::string_view text) {
    error_ = pointer.empty() ? "definition" : pointer.substr(0, kMaxBytes);
    error_ += ": ";
    error_ += text;
    return false;
  }
  bool failUnknown(const std::string& name, const std::vector<std::string>& allowed) {
    return fail("unknown member " + quoted(name) + didYouMean(name, allowed) + " (members: " + joinNames(allowed) +
                ")");
  }

 private:
  static constexpr std::size_t kMaxBytes = 400;  // names can be long

  std::string pointer_;
  std::string error_;
};

}  // namespace xray::jsonschema
