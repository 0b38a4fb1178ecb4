#pragma once

#include <cstdint>
#include <string_view>

namespace xray::spool {

/// CRC32C (Castagnoli, RFC 3720) of the bytes. With the result of what came before as `crc`, that of both together.
/// Thread-safe.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

/// The same from tables, as on processors without SSE 4.2; for tests.
std::uint32_t crc32cPortable(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace xray::spool
