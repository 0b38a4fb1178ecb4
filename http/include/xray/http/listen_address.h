#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "xray/status.h"

namespace xray::http {

/// Where to listen. A value type.
struct ListenAddress {
  std::string host = "127.0.0.1";  // an IPv4 or IPv6 address (without brackets), or a name that resolves to one
  std::uint16_t port = 0;          // 0: the kernel picks one

  /// Reads "127.0.0.1:7008", "localhost:7008", "[::1]:7008".
  ///   InvalidArgument  anything else; the message says what is missing
  static Result<ListenAddress> parse(std::string_view text);

  /// As parse() reads it.
  std::string toString() const;
};

}  // namespace xray::http
