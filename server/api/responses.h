#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/api/endpoint.h"
#include "xray/http/problem.h"
#include "xray/ids.h"

namespace xray::server {

/// 200 with a JSON document.
http::Response jsonResponse(std::string body);

/// The problem that a failure is to a client: InvalidArgument 400 (with `position` where the failure has one, counted
/// from 1 as in its message), NotFound 404, DeadlineExceeded 504 query_timeout, Unavailable, Overloaded and Closed 503
/// with Retry-After, NotSupported 501, else 500.
http::Response problemOf(const Status& status);

/// What a client may know of a store's failure. The store's own words can tell of the inside (paths, statements), so
/// they go into the log.
Status forClients(const Status& ofStore);

/// A store's message with each path in it as "…": what has a slash within quotes, and words that begin with a slash or
/// a dot. For the one answer that says why the store is away (/readyz), which people read who have no log at hand.
std::string withoutPaths(std::string_view message);

/// The problem that a store's failure is to a client.
http::Response storeProblem(const Status& ofStore);

/// An id of the path.
///   InvalidArgument  no UUID
Result<Id> idOf(const ApiCall& call, const std::string& name);

/// Ok when the request has no query parameters.
Status noParameters(const ApiCall& call);

}  // namespace xray::server
