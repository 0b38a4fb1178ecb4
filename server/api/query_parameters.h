#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "xray/http/message.h"
#include "xray/status.h"

namespace xray::server {

/// The query parameters of a request, each known to its endpoint and given at most once. A value type.
class QueryParameters {
 public:
  ///   InvalidArgument  one that is not in `allowed`, or given twice; the message names the nearest and the allowed
  ///   ones
  static Result<QueryParameters> read(const http::Request& request, std::span<const std::string_view> allowed);

  /// Null when it was not given.
  const std::string* find(std::string_view name) const;

  /// A whole number of decimal digits; `fallback` when not given.
  ///   InvalidArgument  anything else, or outside minimum..maximum
  Result<std::int64_t> integer(std::string_view name, std::int64_t fallback, std::int64_t minimum,
                               std::int64_t maximum) const;

  /// One of the allowed texts; `fallback` when not given, and an empty `fallback` is none.
  ///   InvalidArgument  anything else, or not given and without a fallback
  Result<std::string> choice(std::string_view name, std::string_view fallback,
                             std::span<const std::string_view> allowed) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// `order_by: "x" is not allowed; did you mean …? (allowed: a, b)`.
Status notAllowed(std::string_view parameter, std::string_view value, std::span<const std::string_view> allowed);

}  // namespace xray::server
