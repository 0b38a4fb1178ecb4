#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "xray/status.h"

namespace xray::http {

/// Applies gzip (RFC 1952) piece by piece, at a level for speed. One thread at a time.
class GzipCompressor {
 public:
  GzipCompressor();
  ~GzipCompressor();
  GzipCompressor(GzipCompressor&&) noexcept;
  GzipCompressor& operator=(GzipCompressor&&) noexcept;

  /// Appends to `out` what makes `input`, and all that came before it, readable for the other side.
  ///   Internal  memory is short; the object is of no further use
  Status append(std::string_view input, std::string& out);

  /// Appends the end. Nothing may follow.
  Status finish(std::string& out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xray::http
