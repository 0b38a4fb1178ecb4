#pragma once

#include <string>

namespace xray::filetransport {

/// Tells the operator of a backend. An application that records has no such log, and its output is not ours: there it
/// is silent, and counters tell.
void logWarning(const std::string& message);

}  // namespace xray::filetransport
