#include "xray/http/decompress.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "ascii.h"

namespace xray::http {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr int kZstdWindowLogMax = 23;
constexpr int kGzipWindowBits = 15 + 16;  // the largest window; + 16: a gzip header, not a zlib one

Status corrupt(std::string_view coding, const char* why) {
  return {StatusCode::InvalidArgument, std::string(coding) + ": " + (why ? why : "corrupt data")};
}

Status cutOff(std::string_view coding) {
  return corrupt(coding, "the data ends in the middle");
}

/// Appends to the output without ever going over the limit.
class BoundedOutput {
 public:
  explicit BoundedOutput(std::size_t limit) : limit_(limit), left_(limit) {}

  Status append(const char* data, std::size_t size, std::string& out) {
    if (size > left_) {
      return {StatusCode::TooLarge, "more than " + std::to_string(limit_) + " bytes after decompression"};
    }
    left_ -= size;
    out.append(data, size);
    return {};
  }

 private:
  std::size_t limit_;
  std::size_t left_;
};

}  // namespace

class Decompressor::Impl {
 public:
  virtual ~Impl() = default;
  virtual Status append(std::string_view input, std::string& out) = 0;
  virtual Status finish() = 0;
};

namespace {

class Identity : public Decompressor::Impl {
 public:
  explicit Identity(std::size_t limit) : output_(limit) {}
  Status append(std::string_view input, std::string& out) override {
    return output_.append(input.data(), input.size(), out);
  }
  Status finish() override { return {}; }

 private:
  BoundedOutput output_;
};

class Gunzip : public Decompressor::Impl {
 public:
  explicit Gunzip(std::size_t limit) : output_(limit) { ready_ = inflateInit2(&stream_, kGzipWindowBits) == Z_OK; }
  ~Gunzip() override { inflateEnd(&stream_); }

  Status append(std::string_view input, std::string& out) override {
    if (!ready_) {
      return {StatusCode::Internal, "gzip: out of memory"};
    }
    while (!input.empty()) {
      const auto piece = static_cast<uInt>(std::min<std::size_t>(input.size(), UINT_MAX));
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // zlib does not write to it
      stream_.avail_in = piece;
      if (Status status = drain(out); !status.ok()) {
        return status;
      }
      input.remove_prefix(piece);
    }
    return {};
  }

  Status finish() override { return insideMember_ ? cutOff("gzip") : Status(); }

 private:
  /// Decodes all of avail_in, over the ends of members.
  Status drain(std::string& out) {
    do {
      if (!insideMember_ && stream_.avail_in > 0) {
        inflateReset(&stream_);
        insideMember_ = true;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(chunk_.data());
      stream_.avail_out = static_cast<uInt>(chunk_.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        return corrupt("gzip", stream_.msg);
      }
      if (Status status = output_.append(chunk_.data(), chunk_.size() - stream_.avail_out, out); !status.ok()) {
        return status;
      }
      insideMember_ = code != Z_STREAM_END;
    } while (stream_.avail_in > 0 || (insideMember_ && stream_.avail_out == 0));
    return {};
  }

  z_stream stream_{};
  bool ready_ = false;
  bool insideMember_ = false;
  BoundedOutput output_;
  std::array<char, kChunkBytes> chunk_;
};

class Unzstd : public Decompressor::Impl {
 public:
  explicit Unzstd(std::size_t limit) : output_(limit), stream_(ZSTD_createDStream()) {
    if (stream_) {
      ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kZstdWindowLogMax);
    }
  }
  ~Unzstd() override { ZSTD_freeDStream(stream_); }

  Status append(std::string_view input, std::string& out) override {
    if (!stream_) {
      return {StatusCode::Internal, "zstd: out of memory"};
    }
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    bool full = false;
    while (in.pos < in.size || full) {
      ZSTD_outBuffer chunk{chunk_.data(), chunk_.size(), 0};
      const std::size_t code = ZSTD_decompressStream(stream_, &chunk, &in);
      if (ZSTD_isError(code)) {
        return corrupt("zstd", ZSTD_getErrorName(code));
      }
      if (Status status = output_.append(chunk_.data(), chunk.pos, out); !status.ok()) {
        return status;
      }
      insideFrame_ = code != 0;
      full = chunk.pos == chunk.size && insideFrame_;
    }
    return {};
  }

  Status finish() override { return insideFrame_ ? cutOff("zstd") : Status(); }

 private:
  BoundedOutput output_;
  ZSTD_DStream* stream_;
  bool insideFrame_ = false;
  std::array<char, kChunkBytes> chunk_;
};

std::unique_ptr<Decompressor::Impl> makeImpl(Encoding encoding, std::size_t limit) {
  switch (encoding) {
    case Encoding::Gzip:
      return std::make_unique<Gunzip>(limit);
    case Encoding::Zstd:
      return std::make_unique<Unzstd>(limit);
    case Encoding::Identity:
      break;
  }
  return std::make_unique<Identity>(limit);
}

Result<std::string> gzip(std::string_view input) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return Status(StatusCode::Internal, "gzip: out of memory");
  }
  std::string out(deflateBound(&stream, input.size()), '\0');
  std::size_t written = 0;
  int code = Z_OK;
  while (code == Z_OK) {
    const auto piece = static_cast<uInt>(std::min<std::size_t>(input.size(), UINT_MAX));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = piece;
    stream.next_out = reinterpret_cast<Bytef*>(out.data()) + written;
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size() - written, UINT_MAX));
    const uInt space = stream.avail_out;
    code = deflate(&stream, piece == input.size() ? Z_FINISH : Z_NO_FLUSH);
    written += space - stream.avail_out;
    input.remove_prefix(piece - stream.avail_in);
  }
  deflateEnd(&stream);
  if (code != Z_STREAM_END) {
    return Status(StatusCode::Internal, "gzip: cannot compress");
  }
  out.resize(written);
  return out;
}

Result<std::string> zstd(std::string_view input) {
  std::string out(ZSTD_compressBound(input.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), input.data(), input.size(), 1);
  if (ZSTD_isError(size)) {
    return Status(StatusCode::Internal, std::string("zstd: ") + ZSTD_getErrorName(size));
  }
  out.resize(size);
  return out;
}

}  // namespace

std::string_view toString(Encoding encoding) {
  switch (encoding) {
    case Encoding::Gzip:
      return "gzip";
    case Encoding::Zstd:
      return "zstd";
    case Encoding::Identity:
      break;
  }
  return "identity";
}

std::optional<Encoding> parseEncoding(std::string_view value) {
  value = trimmed(value);
  if (value.empty() || equalsIgnoringCase(value, "identity")) {
    return Encoding::Identity;
  }
  if (equalsIgnoringCase(value, "gzip") || equalsIgnoringCase(value, "x-gzip")) {
    return Encoding::Gzip;
  }
  if (equalsIgnoringCase(value, "zstd")) {
    return Encoding::Zstd;
  }
  return std::nullopt;
}

Decompressor::Decompressor(Encoding encoding, std::size_t limit) : impl_(makeImpl(encoding, limit)) {}
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

Status Decompressor::append(std::string_view input, std::string& out) {
  return impl_->append(input, out);
}
Status Decompressor::finish() {
  return impl_->finish();
}

Result<std::string> decompress(Encoding encoding, std::string_view input, std::size_t limit) {
  std::string out;
  Decompressor decompressor(encoding, limit);
  if (Status status = decompressor.append(input, out); !status.ok()) {
    return status;
  }
  if (Status status = decompressor.finish(); !status.ok()) {
    return status;
  }
  return out;
}

Result<std::string> compress(Encoding encoding, std::string_view input) {
  switch (encoding) {
    case Encoding::Gzip:
      return gzip(input);
    case Encoding::Zstd:
      return zstd(input);
    case Encoding::Identity:
      break;
  }
  return std::string(input);
}

}  // namespace xray::http
