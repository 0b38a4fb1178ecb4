#pragma once

#include <memory>

#include "xray/schema_validator.h"

namespace xray::jsonschema {

/// Definitions whose sections are JSON Schemas of draft 7 (README.md beside this file). As with key-list, a section
/// that `steps` gives for a step type stands in place of the general one.
std::unique_ptr<SchemaValidator> makeValidator();

}  // namespace xray::jsonschema
