#pragma once

#include <cstddef>

#include "xray/event.h"

namespace xray::server {

/// How much ingest takes at once.
struct IngestOptions {
  /// Bytes of batches that were taken and are not committed yet. A batch that does not fit beside those is refused as
  /// Overloaded and counted.
  std::size_t queueBytes = std::size_t{64} << 20;
  /// One commit takes the batches that wait, up to these; a single batch may be greater.
  std::size_t commitEvents = 10'000;
  std::size_t commitBytes = std::size_t{16} << 20;
  EventLimits limits;
};

}  // namespace xray::server
