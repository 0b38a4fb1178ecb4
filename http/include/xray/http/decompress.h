#pragma once
// Content codings: gzip (RFC 1952) and zstd (RFC 8878), undone within a limit.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "xray/status.h"

namespace xray::http {

enum class Encoding { Identity, Gzip, Zstd };

/// "gzip", as in Content-Encoding.
std::string_view toString(Encoding encoding);
/// Reads a Content-Encoding value in any case: "" and "identity", "gzip" and "x-gzip", "zstd". Nothing for others and
/// for lists.
std::optional<Encoding> parseEncoding(std::string_view value);

/// Undoes a coding piece by piece. Members (gzip) or frames (zstd) that follow each other are one text. Memory besides
/// the output is bounded: a zstd window of at most 8 MiB (RFC 9659). One thread at a time.
class Decompressor {
 public:
  /// `limit`: bytes of output, over all calls.
  Decompressor(Encoding encoding, std::size_t limit);
  ~Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;

  /// Appends what `input` decodes to. After a failure the object is of no further use, and `out` holds what came before
  /// it.
  ///   InvalidArgument  not of this coding
  ///   TooLarge         the output would exceed the limit
  Status append(std::string_view input, std::string& out);

  /// Tells the end of the input. No input at all is an empty text.
  ///   InvalidArgument  the input was cut off
  Status finish();

  class Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

/// Undoes a coding in one call; errors as Decompressor's.
Result<std::string> decompress(Encoding encoding, std::string_view input, std::size_t limit);

/// Applies a coding, at a level for speed. Fails with Internal only when memory is short.
Result<std::string> compress(Encoding encoding, std::string_view input);

}  // namespace xray::http
