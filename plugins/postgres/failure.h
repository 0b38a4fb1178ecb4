#pragma once
// What PostgreSQL's error codes (SQLSTATE) mean here.

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "xray/status.h"

namespace xray::postgres {

/// Stands for the SQLSTATE of a connection that is lost or never was.
inline constexpr std::string_view kConnectionLost = "08006";

/// The database looked at the values and does not take them; other rows may be fine.
bool isRefusal(std::string_view state);

/// Somebody else has made a row with this key.
bool isTaken(std::string_view state);

/// Two transactions got into each other's way; the same one may succeed at once.
bool isConflict(std::string_view state);

/// The connection is of no use any more.
bool isLost(std::string_view state);

/// The failure with this SQLSTATE:
///   Unavailable       away, full, out of connections, locked, shutting down: the same call may succeed later
///   DeadlineExceeded  cancelled at its time limit
///   InvalidArgument   what is configured is not allowed or not there: rights, schemas, tables of somebody else
///   Internal          everything else
StatusCode codeOf(std::string_view state);

/// libpq's messages as one line, without "ERROR:" before it.
std::string oneLine(std::string_view message);

}  // namespace xray::postgres
