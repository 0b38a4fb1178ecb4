#pragma once

#include <chrono>
#include <cstddef>

namespace xray::http {

/// What one listener gives its clients. Constant while it runs.
struct Limits {
  /// Of one body, counted as it is received and again as it is decompressed. More: 413.
  std::size_t maxBodyBytes = std::size_t{32} << 20;
  /// Of the request line and all headers. More: 431.
  std::size_t maxHeaderBytes = std::size_t{16} << 10;
  /// Open at once. One more is answered 503 with Retry-After and closed; while 64 are being told so, others are closed
  /// without an answer.
  std::size_t maxConnections = 1024;
  /// A kept-alive connection without a request, and an answer that its client does not read on, are closed after this.
  std::chrono::milliseconds idleTimeout{60'000};
  /// From a request's first byte to its last. Later: 408.
  std::chrono::milliseconds requestTimeout{30'000};
  /// Exactly so many threads serve all connections; at least 1.
  unsigned threads = 2;
};

}  // namespace xray::http
