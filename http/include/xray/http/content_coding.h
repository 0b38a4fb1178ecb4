#pragma once
// Which coding an answer goes out in.

#include "xray/http/message.h"

namespace xray::http {

/// Shorter bodies are not worth the work, and fit into one packet anyway.
inline constexpr std::size_t kMinCompressedBytes = 1024;

/// Whether the request's Accept-Encoding (RFC 9110, section 12.5.3) likes gzip at least as well as no coding.
bool prefersGzip(const Request& request);

/// The response as its client wants it: with Vary, and in gzip where that is preferred and the body is not short. A
/// strong ETag gets "-gzip" at its end then, since these are other bytes. Streams are compressed piece by piece.
Response encodeFor(const Request& request, Response response);

}  // namespace xray::http
