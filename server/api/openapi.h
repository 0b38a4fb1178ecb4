#pragma once

#include <string_view>

namespace xray::server {

/// The file openapi.json beside this one.
std::string_view openapiDocument();

}  // namespace xray::server
