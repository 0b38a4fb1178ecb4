#pragma once

#include <ostream>
#include <string_view>

#include "cli/source.h"
#include "cli/terminal.h"
#include "xray/status.h"

namespace xray::cli {

/// What the program ends with; told by --help.
enum ExitCode { kDone = 0, kFailed = 1, kBadUsage = 2, kNotFound = 3 };

/// Where a command writes, and what it leaves behind. One thread at a time.
struct Output {
  std::ostream& out;  // kept until the command is done
  std::ostream& error;
  Terminal terminal;
  int exitCode = kDone;
  std::ostream* direct = nullptr;  // where `out` goes when the command has ended; for answers too great to be held

  std::ostream& stream() const { return direct ? *direct : out; }
};

/// The failure that an answer is; Ok for 200.
Status statusOf(const Answer& answer);

/// Writes one line to the error stream and sets the exit code that fits. When the failure has a position, `filter` is
/// shown with a caret under it; of a filter that is wider than the terminal the part around it.
void report(Output& output, const Status& status, std::string_view filter = {});

/// The same for a configuration file, whose message has a line for each problem.
void reportConfig(Output& output, const Status& status);

}  // namespace xray::cli
