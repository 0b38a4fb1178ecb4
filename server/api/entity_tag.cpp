#include "server/api/entity_tag.h"

#include <openssl/evp.h>

#include <algorithm>

namespace xray::server {
namespace {

constexpr std::size_t kTagBytes = 16;
/// What xray/http/content_coding.h puts at the end of a tag.
constexpr std::string_view kCodingSuffix = "-gzip";

std::string_view withoutCoding(std::string_view tag) {
  if (tag.ends_with(kCodingSuffix)) tag.remove_suffix(kCodingSuffix.size());
  return tag;
}

}  // namespace

std::string entityTagOf(std::string_view content) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(content.data(), content.size(), digest, &size, EVP_sha256(), nullptr) != 1) return {};
  std::string tag = "\"";
  for (std::size_t i = 0; i < kTagBytes; ++i) {
    tag += "0123456789abcdef"[digest[i] >> 4];
    tag += "0123456789abcdef"[digest[i] & 15];
  }
  return tag + '"';
}

bool namesEntityTag(std::string_view ifNoneMatch, std::string_view tag) {
  const std::string_view opaque = tag.substr(1, tag.size() - 2);
  std::string_view rest = ifNoneMatch;
  const auto skip = [&rest](std::string_view characters) {
    rest.remove_prefix(std::min(rest.find_first_not_of(characters), rest.size()));
  };
  skip(" \t");
  if (rest.starts_with('*')) {
    rest.remove_prefix(1);
    skip(" \t");
    return rest.empty();
  }
  while (true) {
    skip(" \t,");
    if (rest.starts_with("W/")) rest.remove_prefix(2);  // compared weakly, as it must be for GET
    if (!rest.starts_with('"')) return false;
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (withoutCoding(rest.substr(1, end - 1)) == opaque) return true;
    rest.remove_prefix(end + 1);
  }
}

http::Response conditional(const http::Request& request, http::Response response) {
  const std::string tag = entityTagOf(response.body);
  if (tag.empty()) return response;
  for (auto& [name, value] : response.headers) {
    if (name == "Cache-Control") value = "no-cache";
  }
  response.headers.emplace_back("ETag", tag);
  const std::optional<std::string> known = request.header("If-None-Match");
  if (known && namesEntityTag(*known, tag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace xray::server
