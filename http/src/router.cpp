#include "xray/http/router.h"

#include <algorithm>
#include <cassert>
#include <set>

#include "target.h"
#include "xray/http/problem.h"
#include "xray/text.h"

namespace xray::http {
namespace {

Response notFound(const Request& request) {
  return problem(404, "not_found", "Not found", "there is nothing at " + quoted(request.path, 200));
}

Response methodNotAllowed(const Request& request, const std::set<std::string>& allowed) {
  const std::string list = joinNames({allowed.begin(), allowed.end()});
  Response response =
      problem(405, "method_not_allowed", "Method not allowed",
              quoted(request.path, 200) + " does not take " + quoted(request.method, 40) + " (allowed: " + list + ")");
  response.headers.emplace_back("Allow", list);
  return response;
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  assert(pattern.starts_with('/') && handler);
  Route route{std::move(method), {}, std::move(handler)};
  std::string_view rest = pattern.substr(1);
  while (!rest.empty()) {
    const std::string_view text = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    const bool parameter = text.starts_with('{') && text.ends_with('}') && text.size() > 2;
    assert(parameter || (!text.empty() && text.find_first_of("{}") == std::string_view::npos));
    route.segments.push_back({std::string(parameter ? text.substr(1, text.size() - 2) : text), parameter});
  }
  assert(std::none_of(routes_.begin(), routes_.end(), [&](const Route& other) {
    return other.method == route.method && other.segments == route.segments;
  }));
  routes_.push_back(std::move(route));
}

bool Router::matches(const Route& route, const std::vector<std::string>& path) {
  return std::equal(route.segments.begin(), route.segments.end(), path.begin(), path.end(),
                    [](const Segment& segment, const std::string& text) {
                      return segment.parameter ? !text.empty() : segment.text == text;
                    });
}

bool Router::moreSpecific(const Route& left, const Route& right) {
  return std::lexicographical_compare(left.segments.begin(), left.segments.end(), right.segments.begin(),
                                      right.segments.end(),
                                      [](const Segment& a, const Segment& b) { return !a.parameter && b.parameter; });
}

struct Router::Match {
  std::vector<std::string> path;
  const Route* route = nullptr;   // none: the request is refused
  std::set<std::string> allowed;  // methods of the path; empty: there is no such path

  Response refusal(const Request& request) const {
    return allowed.empty() ? notFound(request) : methodNotAllowed(request, allowed);
  }
};

Router::Match Router::find(const Request& request) const {
  Match match;
  const auto raw = rawPath(request.target);
  auto path = raw ? pathSegments(*raw) : std::nullopt;
  if (!path) {
    return match;
  }
  match.path = std::move(*path);
  for (const Route& route : routes_) {
    if (!matches(route, match.path)) {
      continue;
    }
    match.allowed.insert(route.method);
    if (route.method == "GET") {
      match.allowed.insert("HEAD");
    }
    const bool serves = route.method == request.method || (route.method == "GET" && request.method == "HEAD");
    if (serves && (!match.route || moreSpecific(route, *match.route))) {
      match.route = &route;
    }
  }
  return match;
}

std::optional<Response> Router::refuses(const Request& request) const {
  const Match match = find(request);
  return match.route ? std::nullopt : std::optional(match.refusal(request));
}

void Router::handle(Request request, Respond respond) const {
  Match match = find(request);
  if (!match.route) {
    return respond(match.refusal(request));
  }
  for (std::size_t i = 0; i < match.path.size(); ++i) {
    const Segment& segment = match.route->segments[i];
    if (segment.parameter) {
      request.pathParameters[segment.text] = std::move(match.path[i]);
    }
  }
  match.route->handler(std::move(request), std::move(respond));
}

}  // namespace xray::http
