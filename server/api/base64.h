#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xray::server {

/// RFC 4648 section 4, with padding.
std::string toBase64(std::string_view bytes);

/// RFC 4648 section 5 ("-" and "_"), without padding.
std::string toBase64Url(std::string_view bytes);
/// Nothing for a text that toBase64Url did not write.
std::optional<std::string> fromBase64Url(std::string_view text);

}  // namespace xray::server
