#include "target.h"

#include "ascii.h"
#include "xray/text.h"

namespace xray::http {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = lowerCase(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plusIsSpace) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0 || high + low == 0) {
        return std::nullopt;
      }
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  if (!isUtf8(out)) {
    return std::nullopt;
  }
  return out;
}

std::optional<std::string_view> rawPath(std::string_view target) {
  if (target.find('#') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view path = target.substr(0, target.find('?'));
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equalsIgnoringCase(path.substr(0, scheme.size()), scheme)) {
      const auto slash = path.find('/', scheme.size());
      return slash == std::string_view::npos ? std::string_view("/") : path.substr(slash);
    }
  }
  if (!path.starts_with('/')) {
    return std::nullopt;
  }
  return path;
}

std::optional<Query> parseQuery(std::string_view target) {
  Query query;
  const auto mark = target.find('?');
  std::string_view rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.empty()) {
      continue;
    }
    const auto equals = pair.find('=');
    auto name = percentDecode(pair.substr(0, equals), true);
    auto value = percentDecode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value) {
      return std::nullopt;
    }
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

std::optional<std::vector<std::string>> pathSegments(std::string_view rawPath) {
  std::vector<std::string> segments;
  rawPath.remove_prefix(1);
  while (!rawPath.empty()) {
    const std::string_view raw = rawPath.substr(0, rawPath.find('/'));
    rawPath.remove_prefix(std::min(raw.size() + 1, rawPath.size()));
    auto segment = percentDecode(raw, false);
    if (!segment) {
      return std::nullopt;
    }
    segments.push_back(std::move(*segment));
  }
  return segments;
}

}  // namespace xray::http
