#pragma once
// The texts of options: reading, describing, and checking a whole table. parseOption itself is in xray/config.h.

#include <span>
#include <string>
#include <vector>

#include "xray/options.h"
#include "xray/status.h"

namespace xray {

/// What a row takes, to follow "must be ": "an integer from 1 to 64".
std::string describeOption(const OptionSpec& spec);

/// `spec.allowed` taken apart.
std::vector<std::string> choicesOf(const OptionSpec& spec);

/// The default of a row; an empty value of its type where there is none.
OptionValue defaultOf(const OptionSpec& spec);

/// Ok when every row can be used: has a name that is written in lower case, once, and a default that its own row takes.
Status checkOptionTable(std::span<const OptionSpec> table);

}  // namespace xray
