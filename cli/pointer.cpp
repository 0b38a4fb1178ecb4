#include "cli/pointer.h"

#include "xray/json.h"

namespace xray::cli {

std::vector<std::string> tokensOf(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (tokens.empty()) {
      return {};
    } else if (pointer[i] == '~' && i + 1 < pointer.size()) {
      tokens.back() += pointer[++i] == '1' ? '/' : '~';
    } else {
      tokens.back() += pointer[i];
    }
  }
  return tokens;
}

std::string withoutPlaces(std::string_view pointer) {
  std::string out;
  for (const std::string& token : tokensOf(pointer)) {
    const bool place = !token.empty() && token.find_first_not_of("0123456789") == token.npos;
    if (place) {
      out += "/*";
    } else {
      appendPointerToken(out, token);
    }
  }
  return out;
}

}  // namespace xray::cli
