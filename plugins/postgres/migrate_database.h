#pragma once
// From an empty or older schema to today's tables.

#include "connection.h"
#include "xray/status.h"

namespace xray::postgres {

/// Makes the schema where it is missing and brings its tables to the last migration, under a lock that other backends
/// wait for.
///   InvalidArgument  no right to make them, tables of somebody else in their place, or tables of a newer X-Ray;
///   nothing
///                    changed
///   Unavailable      the database is away, or another backend migrates for longer than a minute
Status migrateDatabase(const ConnectionOptions& options);

/// Changes nothing: Ok when the schema has the tables that this program knows.
///   InvalidArgument  it has none, or those of another version: what to do
///   Unavailable      the database is away
Status checkDatabase(const ConnectionOptions& options);

}  // namespace xray::postgres
