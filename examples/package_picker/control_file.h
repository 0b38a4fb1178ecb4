#pragma once
// Debian's control format: the apt lists and the dpkg status file.

#include <istream>
#include <string_view>
#include <vector>

#include "package.h"

namespace picker {

/// Reads stanzas ("Field: value", continuation lines, a blank line between packages) and appends one Package each.
/// Stanzas without a name, and packages that dpkg knows but that are not installed, are passed over.
void readControlFile(std::istream& in, std::vector<Package>& packages);

/// "a (>= 1) | b:any, c" as {{a, b}, {c}}.
std::vector<std::vector<std::string>> parseDependencies(std::string_view text);

/// "contrib/games" as "games".
std::string_view withoutArea(std::string_view section);

}  // namespace picker
