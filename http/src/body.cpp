#include "body.h"

#include <algorithm>

namespace xray::http {
namespace {

/// A client's word on its length is believed only so far; a longer body grows as it comes.
constexpr std::uint64_t kMaxReservedBytes = 1 << 20;

}  // namespace

void DecodedBody::value_type::expect(Encoding encoding, std::size_t limit, std::optional<std::uint64_t> contentLength) {
  decompressor_.emplace(encoding, limit);
  limit_ = limit;
  bytes_.reserve(
      static_cast<std::size_t>(std::min<std::uint64_t>({contentLength.value_or(0), limit, kMaxReservedBytes})));
}

Status DecodedBody::value_type::append(std::string_view received) {
  if (received.size() > limit_ - received_) {
    failure_ = {StatusCode::TooLarge, "more than " + std::to_string(limit_) + " bytes"};
    return failure_;
  }
  received_ += received.size();
  failure_ = decompressor_->append(received, bytes_);
  return failure_;
}

Status DecodedBody::value_type::finish() {
  if (decompressor_) {
    failure_ = decompressor_->finish();
  }
  return failure_;
}

}  // namespace xray::http
