#pragma once
// Texts of one record, made so that the backend takes them.

#include <cstddef>
#include <string>
#include <string_view>

#include "live_counters.h"
#include "payload_tape.h"
#include "xray/sdk/fields.h"

namespace xray::sdk {

inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr std::size_t kMaxTypeBytes = 100;

/// Adds members. May throw what the values' iterators throw, or std::bad_alloc, with nothing added.
void addMembers(PayloadTape& payload, const Fields& fields);

/// What wireName() needs of a text, however long it is.
inline std::string_view keptName(std::string_view text, std::size_t maxBytes) {
  return text.substr(0, maxBytes + 1);
}

/// The text where the wire takes it as a name: valid UTF-8 of 1 to `maxBytes`. Otherwise the nearest that it takes,
/// made in `scratch`, and counted.
std::string_view wireName(std::string_view text, std::size_t maxBytes, std::string& scratch, LiveCounters& counters);

/// {"type":…,"message":…,details…}, as JSON; no type when it is empty.
std::string errorObject(std::string_view type, std::string_view message, const Fields& details, LiveCounters& counters);

/// The name of an exception's type as it stands in C++.
std::string typeName(const std::exception& exception);

}  // namespace xray::sdk
