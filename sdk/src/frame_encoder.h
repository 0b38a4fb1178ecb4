#pragma once
// From frames to lines of NDJSON.

#include <string>

#include "frame.h"
#include "schema_policy.h"

namespace xray::sdk {

/// Appends the frame's event as one line; `schema` may be null. Nothing for the announcement of a step that the schema
/// refuses: the backend would refuse it too.
void encodeFrame(std::string& out, const Frame& frame, const SchemaPolicy* schema);

}  // namespace xray::sdk
