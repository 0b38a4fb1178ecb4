#include "xray/plugin.h"

#include "json_schema_validator.h"

namespace {

xray::Result<std::unique_ptr<xray::SchemaValidator>> makeValidator(const xray::Options& /*options*/,
                                                                   const xray::PluginContext& /*context*/) {
  return xray::jsonschema::makeValidator();
}

constexpr xray::PluginDescriptor kDescriptor{
    .name = "json-schema-validator",
    .version = "0.1.0",
    .summary = "Definitions whose sections are JSON Schemas (draft 7)",
    .makeValidator = &makeValidator,
};

}  // namespace

XRAY_PLUGIN_ENTRY {
  return &kDescriptor;
}
