#pragma once
// Batches as they lie in frames.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "xray/spool/format.h"
#include "xray/status.h"
#include "xray/transport.h"

namespace xray::spool {

/// Packs batches with zstd. One thread at a time.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  /// The packed bytes, good until the next call; empty when packing does not make it smaller, or fails.
  std::string_view pack(std::string_view body);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::string packed_;
};

/// The batch that a frame's payload is.
///   InvalidArgument  the flags are unknown, or the payload cannot be unpacked
///   TooLarge         more than `maxBytes` unpacked
Result<Batch> unpack(std::uint32_t flags, std::string payload, std::size_t maxBytes = kMaxPayloadBytes);

/// Events in a batch that nobody has looked into: lines that are not empty, or elements of the JSON array. What is no
/// JSON counts as one.
std::uint64_t countEvents(const Batch& batch);

}  // namespace xray::spool
