#include "support/json_content.h"

#include <cstdlib>

#include "xray/json.h"

namespace xray::test {
namespace {

bool isOfNumber(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/// "-1500" for -1.50e3, "15e-2" for 0.150. Minus zero is zero.
std::string numberContent(std::string_view number) {
  std::string digits;
  long long exponent = 0;
  std::size_t at = number.front() == '-' ? 1 : 0;
  bool fraction = false;
  for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
    if (number[at] == '.') {
      fraction = true;
      continue;
    }
    if (!digits.empty() || number[at] != '0') digits += number[at];
    exponent -= fraction ? 1 : 0;
  }
  if (at < number.size()) exponent += std::atoll(std::string(number.substr(at + 1)).c_str());
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (digits.empty()) return "0";
  if (exponent >= 0 && exponent < 20) {
    digits.append(static_cast<std::size_t>(exponent), '0');
    exponent = 0;
  }
  if (exponent == 0) return (number.front() == '-' ? "-" : "") + digits;
  return (number.front() == '-' ? "-" : "") + digits + "e" + std::to_string(exponent);
}

}  // namespace

std::string jsonContent(std::string_view json) {
  const std::string text = canonicalJson(json);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (text[at] == '"') {
      for (++at; text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
      out.append(text, begin, ++at - begin);
    } else if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
      while (at < text.size() && isOfNumber(text[at])) ++at;
      out += numberContent(std::string_view(text).substr(begin, at - begin));
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace xray::test
