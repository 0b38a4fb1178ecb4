#pragma once
// What the commands of `xray spool` do, a file each.

#include <string>

#include "cli/output.h"

namespace xray::cli {

struct SpoolOptions {
  std::string path;
  bool json = false;
};

/// Lists writers and segments.
void listSpool(const SpoolOptions& options, Output& output);
/// Prints the events of a spool or a segment, a line each.
void catSpool(const SpoolOptions& options, Output& output);
/// Checks every byte of a spool.
void verifySpool(const SpoolOptions& options, Output& output);

}  // namespace xray::cli
