#pragma once
// Errors as RFC 9457 writes them: application/problem+json.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "xray/http/message.h"

namespace xray::http {

/// A further member of a problem: {"position", 18}.
struct ProblemMember {
  std::string name;
  std::variant<std::string, std::int64_t, bool> value;
};

/// A problem with `type` (a short stable name that programs may compare, "query_timeout"; a relative URI reference),
/// `title` (the same text for every problem of the type), `detail` (what is wrong this time, for people), and `extra`
/// members.
Response problem(int status, std::string_view type, std::string_view title, std::string_view detail,
                 const std::vector<ProblemMember>& extra = {});

/// Adds Retry-After, in whole seconds.
Response withRetryAfter(Response response, std::chrono::seconds wait);

}  // namespace xray::http
