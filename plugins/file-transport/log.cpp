#include "log.h"

#include <spdlog/spdlog.h>

namespace xray::filetransport {

void logWarning(const std::string& message) {
  if (const auto logger = spdlog::get("xray")) logger->warn("file-transport: {}", message);
}

}  // namespace xray::filetransport
