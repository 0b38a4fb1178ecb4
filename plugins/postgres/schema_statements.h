#pragma once
// The statements that append schemas and rejections. Each is a call with its values, for any number of rows.

#include <vector>

#include "batch_fold.h"
#include "connection.h"

namespace xray::postgres {

/// Makes the places of schema versions, then locks and reads (name, version, digest) those that are registered.
Call reserveSchemas(const std::vector<SchemaRef>& refs);
Call lockDefinitions(const std::vector<SchemaRef>& refs);
Call writeDefinitions(const std::vector<NewDefinition>& definitions, Timestamp receivedAt);

/// Keeps refused bytes, once for each code.
Call insertRejections(const std::vector<Rejection>& rejections, Timestamp receivedAt);

}  // namespace xray::postgres
