#pragma once
// From an empty or older file to today's tables.

#include "connection.h"
#include "xray/status.h"

namespace xray::sqlite {

/// Stands in the header of our files (PRAGMA application_id): "XRay".
inline constexpr std::int64_t kApplicationId = 0x58526179;

/// Sets the file up (page size, WAL) and brings its tables to the last migration.
///   InvalidArgument  the file belongs to another program, or a newer X-Ray made it; it is unchanged
Status migrateDatabase(Connection& connection);

/// Changes nothing: Ok when the file has the tables that this program knows.
///   InvalidArgument  of another program, or of another version: what to do
Status checkDatabase(Connection& connection);

}  // namespace xray::sqlite
