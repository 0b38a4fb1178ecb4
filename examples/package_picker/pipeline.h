#pragma once
// The picker's pipeline, step by step, with its decisions recorded through the X-Ray SDK.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dependency_graph.h"
#include "package.h"
#include "text_index.h"
#include "xray/sdk.h"

namespace picker {

struct PickOptions {
  std::size_t candidates = 1000;         // how many packages retrieval hands on
  std::size_t top = 3;                   // how many are chosen
  std::chrono::seconds silenceLimit{5};  // a run that is silent for longer counts as incomplete
  std::string dieIn;                     // a demonstration aid: end the process in the middle of this step
};

/// The steps that PickOptions::dieIn can name.
inline const std::vector<std::string> kSteps = {"parse-wish", "retrieve", "filter", "rank", "choose"};

struct Choice {
  const Package* package;
  std::string why;
};

struct PickOutcome {
  xray::Id runId;
  std::vector<Choice> choices;  // best first
  std::string failedStep;       // empty: all went well
  std::string failure;
};

/// Chooses packages for wishes. Borrows the catalogue and the client. One thread at a time.
class Pipeline {
 public:
  Pipeline(xray::Client& client, const Catalogue& catalogue, PickOptions options);

  /// One run. A step that leaves nothing to go on with is an error step, and ends the run with logError naming it.
  PickOutcome pick(std::string_view wishText);

 private:
  class Attempt;

  xray::Client& client_;
  const Catalogue& catalogue_;
  PickOptions options_;
  TextIndex index_;
  DependencyGraph graph_;
};

}  // namespace picker
