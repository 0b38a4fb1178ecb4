#pragma once

#include <string>

#include "cli/follower.h"
#include "cli/terminal.h"

namespace xray::cli {

/// One line for a change that fits the terminal: when, which run, what. Ids are cut short where there is no room.
std::string tailLine(const Change& change, const Terminal& terminal, bool utc);

}  // namespace xray::cli
