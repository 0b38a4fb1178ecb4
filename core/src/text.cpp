#include "xray/text.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdio>

#include "text_utf8.h"

namespace xray {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Optimal string alignment distance, case ignored.
std::size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    beforeLast.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], beforeLast[j - 2] + 1);
    }
  }
  return row[b.size()];
}

void appendEscaped(std::string& out, std::string_view character) {
  char text[8];
  const auto first = static_cast<unsigned char>(character[0]);
  const bool highControl = first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  if (character == "\n") {
    out += "\\n";
  } else if (character == "\r") {
    out += "\\r";
  } else if (character == "\t") {
    out += "\\t";
  } else if (character == "\"" || character == "\\") {
    out += '\\';
    out += character;
  } else if (first < 0x20 || first == 0x7F || highControl) {
    std::snprintf(text, sizeof text, "\\u%04x", highControl ? static_cast<unsigned char>(character[1]) : first);
    out += text;
  } else {
    out += character;
  }
}

}  // namespace

std::string nearestName(std::string_view name, const std::vector<std::string>& candidates) {
  const std::size_t limit = std::max<std::size_t>(2, name.size() / 3);
  std::size_t best = limit + 1;
  const std::string* nearest = nullptr;
  for (const std::string& candidate : candidates) {
    const std::size_t shorter = std::min(name.size(), candidate.size());
    const std::size_t longer = std::max(name.size(), candidate.size());
    if (longer - shorter >= best) continue;
    const std::size_t distance = editDistance(name, candidate);
    // A distance of all characters says that the two have nothing in common.
    if (distance >= best || distance >= longer) continue;
    best = distance;
    nearest = &candidate;
  }
  return nearest ? *nearest : std::string();
}

std::string didYouMean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string nearest = nearestName(name, candidates);
  return nearest.empty() ? nearest : "; did you mean \"" + nearest + "\"?";
}

std::string joinNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

std::string quoted(std::string_view text, std::size_t maxBytes) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8Length(text, at);
    if (at + std::max<std::size_t>(length, 1) > maxBytes) break;
    if (length == 0) {
      char byte[8];
      std::snprintf(byte, sizeof byte, "\\x%02x", static_cast<unsigned char>(text[at]));
      out += byte;
      ++at;
      continue;
    }
    appendEscaped(out, text.substr(at, length));
    at += length;
  }
  if (at < text.size()) out += "…";
  out += '"';
  return out;
}

bool isUtf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace xray
