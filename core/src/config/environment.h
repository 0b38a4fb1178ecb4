#pragma once
// `${VAR}`, `${VAR:-default}` and `$$` in the scalars of configuration files.

#include <string>
#include <string_view>
#include <vector>

namespace xray {

/// A scalar's text with the environment put in. `problems` never quote the text, which may be a secret.
struct Expansion {
  std::string text;
  std::vector<std::string> problems;  // for people; not empty: `text` is of no use
};

/// As in a shell, `:-` stands in for an unset and for an empty variable; a `$` before anything but `{` and `$` is
/// itself. The result is text whatever it holds: it is not expanded again and not read as YAML. One thread may not
/// change the environment meanwhile.
Expansion expandEnvironment(std::string_view text);

}  // namespace xray
