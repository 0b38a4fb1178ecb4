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

/// What is known of a run's run.started (one row), or no row.
Statement selectRunSchema(const Dialect& dialect, const Id& runId);
/// Reads a row of has_started, schema_name, schema_version.
RunSchema readRunSchema(const Row& row);

/// One row more than the page.
Statement selectRejections(const Dialect& dialect, std::size_t pageSize, std::optional<std::int64_t> before);
StoredRejection readRejection(const Row& row);

}  // namespace xray::sql
