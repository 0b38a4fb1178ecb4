#include "server/api/page_token.h"

#include <algorithm>
#include <optional>

#include "server/api/base64.h"

namespace xray::server {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHeaderSize = 1 + 8 + 8;
constexpr std::size_t kRowsSize = kHeaderSize + 1 + 8 + 16 + 16;
constexpr std::size_t kRejectionsSize = kHeaderSize + 8;
constexpr PageQuestion kRejections{"/v1/rejections", "", ""};

void put(std::string& bytes, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
}

void put(std::string& bytes, const Id& id) {
  bytes.append(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size());
}

std::uint64_t takeInteger(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  bytes.remove_prefix(8);
  return value;
}

Id takeId(std::string_view& bytes) {
  Id::Bytes value;
  std::copy_n(bytes.begin(), value.size(), reinterpret_cast<char*>(value.data()));
  bytes.remove_prefix(value.size());
  return Id(value);
}

/// FNV-1a. Tells questions apart; nothing is at stake when somebody makes two collide.
std::uint64_t hashOf(const PageQuestion& question) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::string_view part : {question.endpoint, question.filter, question.order}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ 0x100u) * 0x100000001b3u;  // no byte: "ab","c" differs from "a","bc"
  }
  return hash;
}

std::string header(const PageQuestion& question, Timestamp firstAsked) {
  std::string bytes(1, kVersion);
  put(bytes, hashOf(question));
  put(bytes, static_cast<std::uint64_t>(firstAsked.time_since_epoch().count()));
  return bytes;
}

/// The bytes of a token of this size and question, without version and hash.
Result<std::string> open(const PageQuestion& question, std::string_view token, std::size_t size) {
  std::optional<std::string> bytes = fromBase64Url(token);
  if (!bytes || bytes->size() != size || bytes->front() != kVersion) {
    return Status(
        StatusCode::InvalidArgument,
        "page_token: this is no token of this list; pass next_page_token of the page before as it is, or leave it out");
  }
  std::string_view rest = std::string_view(*bytes).substr(1);
  if (takeInteger(rest) != hashOf(question)) {
    return Status(
        StatusCode::InvalidArgument,
        "page_token: belongs to another filter or order_by; a token continues only the question that it came from");
  }
  return std::string(rest);
}

}  // namespace

std::string encodePageToken(const PageQuestion& question, const PagePlace& place) {
  std::string bytes = header(question, place.firstAsked);
  bytes += place.cursor.key ? '\1' : '\0';
  put(bytes, static_cast<std::uint64_t>(place.cursor.key.value_or(0)));
  put(bytes, place.cursor.id);
  put(bytes, place.cursor.runId);
  return toBase64Url(bytes);
}

Result<PagePlace> decodePageToken(const PageQuestion& question, std::string_view token) {
  Result<std::string> bytes = open(question, token, kRowsSize);
  if (!bytes.ok()) return bytes.status();
  std::string_view rest = *bytes;
  PagePlace place;
  place.firstAsked = Timestamp(Microseconds(static_cast<std::int64_t>(takeInteger(rest))));
  const bool hasKey = rest.front() != '\0';
  rest.remove_prefix(1);
  const auto key = static_cast<std::int64_t>(takeInteger(rest));
  if (hasKey) place.cursor.key = key;
  place.cursor.id = takeId(rest);
  place.cursor.runId = takeId(rest);
  return place;
}

std::string encodeRejectionToken(std::int64_t before) {
  std::string bytes = header(kRejections, {});
  put(bytes, static_cast<std::uint64_t>(before));
  return toBase64Url(bytes);
}

Result<std::int64_t> decodeRejectionToken(std::string_view token) {
  Result<std::string> bytes = open(kRejections, token, kRejectionsSize);
  if (!bytes.ok()) return bytes.status();
  std::string_view rest = std::string_view(*bytes).substr(8);
  return static_cast<std::int64_t>(takeInteger(rest));
}

}  // namespace xray::server
