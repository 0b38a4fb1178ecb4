#include "config/environment.h"

#include <cstdlib>
#include <optional>

#include "xray/text.h"

namespace xray {
namespace {

bool isVariableName(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
         std::string_view::npos;
}

/// What stands between the braces: NAME or NAME:-default.
void expandVariable(std::string_view inner, Expansion& out) {
  const std::size_t separator = inner.find(":-");
  const std::string name(inner.substr(0, separator));
  if (!isVariableName(name)) {
    out.problems.push_back(
        "\"${…}\" must hold the name of an environment variable (letters, digits and _), or NAME:-default; "
        "a \"$\" itself is written \"$$\"");
    return;
  }
  const char* value = std::getenv(name.c_str());
  if (separator != std::string_view::npos) {
    const std::string_view fallback = inner.substr(separator + 2);
    if (fallback.find("${") != std::string_view::npos) {
      out.problems.push_back("the default of ${" + name + "} cannot hold another \"${\"");
      return;
    }
    if (!value || !*value) {
      out.text += fallback;
      return;
    }
  }
  if (!value) {
    out.problems.push_back("environment variable " + name + " is not set (\"${" + name + ":-…}\" gives a default)");
  } else if (!isUtf8(value)) {
    out.problems.push_back("environment variable " + name + " is not UTF-8");
  } else {
    out.text += value;
  }
}

}  // namespace

Expansion expandEnvironment(std::string_view text) {
  Expansion out;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    out.text += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with("$$")) {
      out.text += '$';
      text.remove_prefix(2);
    } else if (text.starts_with("${")) {
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos) {
        out.problems.push_back("\"${\" without \"}\"; a \"$\" itself is written \"$$\"");
        break;
      }
      expandVariable(text.substr(2, end - 2), out);
      text.remove_prefix(end + 1);
    } else {
      out.text += '$';
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace xray
