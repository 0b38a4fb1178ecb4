#include "xray/http/problem.h"

#include "xray/json.h"

namespace xray::http {

Response problem(int status, std::string_view type, std::string_view title, std::string_view detail,
                 const std::vector<ProblemMember>& extra) {
  Response response{.status = status, .contentType = "application/problem+json"};
  JsonWriter json(response.body);
  json.beginObject();
  json.key("type").string(type.empty() ? "about:blank" : type);
  json.key("title").string(title);
  json.key("status").integer(status);
  json.key("detail").string(detail);
  for (const ProblemMember& member : extra) {
    json.key(member.name);
    if (const auto* text = std::get_if<std::string>(&member.value)) {
      json.string(*text);
    } else if (const auto* number = std::get_if<std::int64_t>(&member.value)) {
      json.integer(*number);
    } else {
      json.boolean(std::get<bool>(member.value));
    }
  }
  json.endObject();
  return response;
}

Response withRetryAfter(Response response, std::chrono::seconds wait) {
  response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return response;
}

}  // namespace xray::http
