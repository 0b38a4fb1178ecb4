#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xray::cli {

/// The names in a JSON Pointer (RFC 6901): "/a~1b/c" is "a/b", "c".
std::vector<std::string> tokensOf(std::string_view pointer);

/// The pointer with "*" for what are places in a list, so that "/input_data/items/0/id" and "…/1/id" are one key.
std::string withoutPlaces(std::string_view pointer);

}  // namespace xray::cli
