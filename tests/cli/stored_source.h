#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/source.h"
#include "server/api/api.h"
#include "xray/memory_store.h"
#include "xray/plugin_loader.h"
#include "xray/store.h"

namespace xray::cli {

/// The read API over an in-memory store that a test fills, with a clock that the test moves.
class StoredSource : public Source {
 public:
  StoredSource();

  Result<Answer> ask(const Question& question) override;
  /// Stores events, a line of JSON each, as received at the clock's time; throws when one is refused.
  void add(const std::vector<std::string>& events);

  ManualClock clock;
  std::vector<Question> asked;
  /// So many questions are answered, then one with 503, the rest again; none: all.
  std::optional<std::size_t> failAfter;

 private:
  PluginLoader loader_;
  std::unique_ptr<Store> store_;
  server::Api api_;
};

}  // namespace xray::cli
