#include "payload.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <typeinfo>

#include "xray/text.h"

namespace xray::sdk {
namespace {

bool isPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

void addMembers(PayloadTape& payload, const Fields& fields) {
  const std::size_t before = payload.size();
  try {
    ValueWriter(payload).members(fields.value());
  } catch (...) {
    payload.truncate(before);
    throw;
  }
}

std::string_view wireName(std::string_view text, std::size_t maxBytes, std::string& scratch, LiveCounters& counters) {
  if (!text.empty() && text.size() <= maxBytes && (isPlain(text) || isUtf8(text))) return text;
  count(counters.alteredNames);
  if (text.empty()) return "unnamed";
  scratch = text.substr(0, maxBytes);
  // A cut character goes as a whole; it has at most 4 bytes.
  for (int i = 0; i < 3 && text.size() > maxBytes && !isUtf8(scratch); ++i) scratch.pop_back();
  if (!isUtf8(scratch)) {
    scratch = text.substr(0, maxBytes);
    std::replace_if(
        scratch.begin(), scratch.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  }
  return scratch;
}

std::string errorObject(std::string_view type, std::string_view message, const Fields& details,
                        LiveCounters& counters) {
  PayloadTape members;
  if (!type.empty()) addMembers(members, {{"type", type}});
  addMembers(members, {{"message", message}});
  addMembers(members, details);
  std::string error;
  if (const unsigned invalid = renderObject(error, members.bytes()); invalid > 0) count(counters.invalidJson, invalid);
  return error;
}

std::string typeName(const std::exception& exception) {
  const char* mangled = typeid(exception).name();
  int failed = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, &failed), std::free);
  return failed == 0 && name ? name.get() : mangled;
}

}  // namespace xray::sdk
