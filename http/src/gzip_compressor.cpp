#include "xray/http/gzip_compressor.h"

#include <zlib.h>

#include <algorithm>
#include <climits>

namespace xray::http {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // 16: a gzip header and trailer
constexpr std::size_t kOutputBytes = 64 * 1024;

}  // namespace

class GzipCompressor::Impl {
 public:
  Impl() : ready_(deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kGzipWindowBits, 8, Z_DEFAULT_STRATEGY) == Z_OK) {}
  ~Impl() {
    if (ready_) {
      deflateEnd(&stream_);
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status deflateAll(std::string_view input, int flush, std::string& out) {
    if (!ready_) {
      return {StatusCode::Internal, "gzip: out of memory"};
    }
    do {
      const auto piece = static_cast<uInt>(std::min<std::size_t>(input.size(), UINT_MAX));
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
      stream_.avail_in = piece;
      input.remove_prefix(piece);
      if (Status status = deflatePiece(input.empty() ? flush : Z_NO_FLUSH, out); !status.ok()) {
        return status;
      }
    } while (!input.empty());
    return {};
  }

 private:
  /// Until the input is used up and, when flushing, everything is out.
  Status deflatePiece(int flush, std::string& out) {
    int code = Z_OK;
    do {
      const std::size_t written = out.size();
      out.resize(written + kOutputBytes);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + written);
      stream_.avail_out = kOutputBytes;
      code = deflate(&stream_, flush);
      out.resize(written + kOutputBytes - stream_.avail_out);
      if (code == Z_STREAM_ERROR) {
        return {StatusCode::Internal, "gzip: cannot compress"};
      }
    } while (stream_.avail_out == 0 && code != Z_STREAM_END);
    return {};
  }

  z_stream stream_{};
  const bool ready_;
};

GzipCompressor::GzipCompressor() : impl_(std::make_unique<Impl>()) {}
GzipCompressor::~GzipCompressor() = default;
GzipCompressor::GzipCompressor(GzipCompressor&&) noexcept = default;
GzipCompressor& GzipCompressor::operator=(GzipCompressor&&) noexcept = default;

Status GzipCompressor::append(std::string_view input, std::string& out) {
  return impl_->deflateAll(input, Z_SYNC_FLUSH, out);
}

Status GzipCompressor::finish(std::string& out) {
  return impl_->deflateAll({}, Z_FINISH, out);
}

}  // namespace xray::http
