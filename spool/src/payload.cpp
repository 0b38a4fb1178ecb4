#include "xray/spool/payload.h"

#include <zstd.h>

#include "xray/json.h"

namespace xray::spool {
namespace {

// The fastest of the plain levels: a spool is written while somebody waits.
constexpr int kLevel = 1;
constexpr unsigned kMaxDepth = 1000;

Status corrupt(const std::string& why) {
  return {StatusCode::InvalidArgument, "zstd: " + why};
}

}  // namespace

struct Compressor::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  Context() = default;
  ~Context() { ZSTD_freeCCtx(zstd); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

Compressor::Compressor() : context_(std::make_unique<Context>()) {}
Compressor::~Compressor() = default;

std::string_view Compressor::pack(std::string_view body) {
  if (!context_->zstd) return {};
  const std::size_t bound = ZSTD_compressBound(body.size());
  if (packed_.size() < bound) packed_.resize(bound);
  const std::size_t size =
      ZSTD_compressCCtx(context_->zstd, packed_.data(), packed_.size(), body.data(), body.size(), kLevel);
  if (ZSTD_isError(size) || size >= body.size()) return {};
  return std::string_view(packed_).substr(0, size);
}

Result<Batch> unpack(std::uint32_t flags, std::string payload, std::size_t maxBytes) {
  if ((flags & ~kKnownFrameFlags) != 0) {
    return Status(StatusCode::InvalidArgument,
                  "unknown flags " + std::to_string(flags) + "; written by a newer version?");
  }
  Batch batch{{}, flags & kFrameJson ? BatchFormat::Json : BatchFormat::NdJson};
  std::uint64_t size = payload.size();
  if (flags & kFrameZstd) {
    size = ZSTD_getFrameContentSize(payload.data(), payload.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) return corrupt("the size is not told");
  }
  if (size > maxBytes) {
    return Status(StatusCode::TooLarge,
                  "a batch of " + std::to_string(size) + " bytes; at most " + std::to_string(maxBytes) + " are taken");
  }
  if ((flags & kFrameZstd) == 0) {
    batch.body = std::move(payload);
    return batch;
  }
  batch.body.resize(size);
  const std::size_t got = ZSTD_decompress(batch.body.data(), batch.body.size(), payload.data(), payload.size());
  if (ZSTD_isError(got)) return corrupt(ZSTD_getErrorName(got));
  if (got != size) return corrupt("the size is wrong");
  return batch;
}

std::uint64_t countEvents(const Batch& batch) {
  std::uint64_t events = 0;
  if (batch.format == BatchFormat::NdJson) {
    const std::string_view body = batch.body;
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t end = std::min(body.find('\n', at), body.size());
      if (end > at) ++events;
      at = end + 1;
    }
    return events;
  }
  const auto facts = checkJson(batch.body, kMaxDepth);
  if (!facts.ok() || facts->type != JsonType::Array) return 1;
  for (JsonCursor cursor(facts->text); cursor.next();) ++events;
  return events;
}

}  // namespace xray::spool
