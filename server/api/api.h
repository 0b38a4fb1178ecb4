#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "server/api/endpoint.h"
#include "xray/http/router.h"

namespace xray::server {

/// The read API of query.md section 2, without sockets: `xray serve` puts it behind a listener, the command line asks
/// it directly.
///
/// Thread-safety: all methods may be called concurrently. Lifetime: what the context borrows, and this, outlive every
/// request.
class Api {
 public:
  explicit Api(ApiContext context) : context_(std::move(context)) {}

  /// Answers on the calling thread.
  http::Response handle(http::Request request) const;

  enum class Work {
    Query,  // reads the store
    More,   // goes on with a query that was taken before, so that it must be taken
    Probe   // health and metrics: short, not to wait behind queries
  };
  /// The patterns of all routes, each answered to GET (and HEAD).
  static std::vector<std::string_view> paths();

  /// Takes a job to be run on some thread that may wait; false: no room for it.
  using Executor = std::function<bool(Work work, std::function<void()> job)>;

  /// The same for a listener: everything is given to `executor` (no room: 503 with Retry-After) but /livez, which is
  /// answered at once. The query's deadline counts from its arrival, so time spent waiting for a thread is part of it.
  http::Router router(Executor executor) const;

 private:
  ApiContext context_;
};

}  // namespace xray::server
