#pragma once
// The reads of schemas and rejections.

#include "xray/sql/row.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

/// Registered schemas by name, then version; only those named `name` unless that is empty.
Statement selectSchemas(const Dialect& dialect, std::string_view name);
Statement selectSchema(const Dialect& dialect, const SchemaRefView& ref);
/// Reads a row of either.
SchemaInfo readSchema(const Row& row);

/// Name and version of the schema that a run's run.started named (one row, both may be null), or no row.
Statement selectSchemaRef(const Dialect& dialect, const Id& runId);

/// One row more than the page.
Statement selectRejections(const Dialect& dialect, std::size_t pageSize, std::optional<std::int64_t> before);
StoredRejection readRejection(const Row& row);

}  // namespace xray::sql
