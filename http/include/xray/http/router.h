#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xray/http/message.h"

namespace xray::http {

/// Finds the handler of a request by its path and method. Built once, then immutable: refuses() and handle() may be
/// called concurrently.
class Router {
 public:
  /// `pattern` is "/", or segments of literal text or {name}: "/v1/runs/{run_id}/steps/{step_id}". A {name} takes one
  /// segment that is not empty, and is decoded after the path was split, so "%2F" does not split. Where several
  /// patterns fit, a literal goes before a {name}, from the left. A slash at the end of a path (not of a pattern) is
  /// ignored. A GET route also serves HEAD. A malformed pattern, or the same one twice for a method, is a bug of the
  /// caller (assert).
  void add(std::string method, std::string_view pattern, Handler handler);

  /// The problem of a request that has no handler: 404 for an unknown path, 405 with Allow for a known one. Looks at
  /// method, target and path alone, so it can be asked before the body is there.
  std::optional<Response> refuses(const Request& request) const;

  /// Calls the handler, or answers as refuses() says.
  void handle(Request request, Respond respond) const;

 private:
  struct Segment {
    std::string text;  // of a parameter: its name
    bool parameter = false;
    bool operator==(const Segment&) const = default;
  };
  struct Route {
    std::string method;
    std::vector<Segment> segments;
    Handler handler;
  };
  struct Match;

  Match find(const Request& request) const;
  static bool matches(const Route& route, const std::vector<std::string>& path);
  static bool moreSpecific(const Route& left, const Route& right);

  std::vector<Route> routes_;
};

}  // namespace xray::http
