#include "xray/http/message.h"

#include "ascii.h"

namespace xray::http {

std::optional<std::string> Request::header(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [key, value] : headers) {
    if (!equalsIgnoringCase(key, name)) {
      continue;
    }
    if (found) {
      found->append(", ").append(value);
    } else {
      found = value;
    }
  }
  return found;
}

}  // namespace xray::http
