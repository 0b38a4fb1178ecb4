#include "server/api/query_parameters.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "xray/text.h"

namespace xray::server {
namespace {

std::vector<std::string> texts(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

}  // namespace

Result<QueryParameters> QueryParameters::read(const http::Request& request, std::span<const std::string_view> allowed) {
  QueryParameters parameters;
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(allowed, name) == allowed.end()) {
      const std::vector<std::string> names = texts(allowed);
      const std::string rest = names.empty() ? " (none is taken here)" : " (allowed: " + joinNames(names) + ")";
      return Status(StatusCode::InvalidArgument,
                    "unknown query parameter " + quoted(name) + didYouMean(name, names) + rest);
    }
    if (!parameters.values_.emplace(name, value).second) {
      return Status(StatusCode::InvalidArgument, "query parameter \"" + name + "\" is given more than once");
    }
  }
  return parameters;
}

const std::string* QueryParameters::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Result<std::int64_t> QueryParameters::integer(std::string_view name, std::int64_t fallback, std::int64_t minimum,
                                              std::int64_t maximum) const {
  const std::string* text = find(name);
  if (!text) return fallback;
  std::int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || rest != end || value < minimum || value > maximum) {
    return Status(StatusCode::InvalidArgument, std::string(name) + ": must be a whole number from " +
                                                   std::to_string(minimum) + " to " + std::to_string(maximum) +
                                                   ", not " + quoted(*text));
  }
  return value;
}

Result<std::string> QueryParameters::choice(std::string_view name, std::string_view fallback,
                                            std::span<const std::string_view> allowed) const {
  const std::string* text = find(name);
  if (text && std::ranges::find(allowed, *text) != allowed.end()) return *text;
  if (text) return notAllowed(name, *text, allowed);
  if (!fallback.empty()) return std::string(fallback);
  return Status(StatusCode::InvalidArgument,
                std::string(name) + ": must be given (allowed: " + joinNames(texts(allowed)) + ")");
}

Status notAllowed(std::string_view parameter, std::string_view value, std::span<const std::string_view> allowed) {
  const std::vector<std::string> names = texts(allowed);
  return Status(StatusCode::InvalidArgument, std::string(parameter) + ": " + quoted(value) + " is not allowed" +
                                                 didYouMean(value, names) + " (allowed: " + joinNames(names) + ")");
}

}  // namespace xray::server
