#pragma once
// A whole backend within this process, on ports of loopback that the kernel picked, and what it says of recorded runs.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/source.h"
#include "data_set.h"
#include "server/server.h"

namespace attribution {

/// The step that the backend blames a run on, and the rule of query.md, section 3, that it used (1 to 4).
struct Attribution {
  int rule = 0;
  std::optional<std::size_t> step;  // its number in the recording; none: the run has no step
};

/// One thread at a time.
class Backend {
 public:
  /// `store` is the store's section in YAML: "{plugin: memory}". Its store must be empty.
  ///   InvalidArgument, …  why it cannot be used
  static xray::Result<std::unique_ptr<Backend>> start(const std::string& store);

  /// Replays the runs through the SDK and by HTTP, then asks GET /v1/analysis/failures about each alone, and about all
  /// at once: both must say the same. In the order of the runs.
  ///   Internal, …  what was not delivered, or an answer that is not as query.md says; what was stored stays
  xray::Result<std::vector<Attribution>> attribute(const DataSet& set);

 private:
  Backend() = default;
  xray::Result<std::vector<xray::Id>> record(const DataSet& set);

  std::unique_ptr<xray::server::Server> server_;
  std::unique_ptr<xray::cli::Source> api_;
};

}  // namespace attribution
