#pragma once

#include <ostream>

#include "cli/terminal.h"

namespace xray::cli {

/// Runs the program; returns its exit code.
int runCommandLine(int argc, const char* const* argv, std::ostream& out, std::ostream& error, const Terminal& terminal);

}  // namespace xray::cli
