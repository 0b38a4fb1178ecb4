#pragma once
// Steps as an application has them: values of its own, or JSON that is ready. About 750 bytes of JSON each (input 200,
// output 400, reasoning 150) from 8 values.

#include <cstdint>
#include <string>
#include <vector>

#include "xray/sdk.h"

namespace xray::bench {

struct SampleStep {
  std::string name;
  std::string type;
  // Input.
  std::int64_t candidates = 0;
  double maxPrice = 0;
  std::string query;
  // Output.
  std::int64_t kept = 0;
  double topScore = 0;
  std::string explanation;
  // Reasoning.
  double percentageEliminated = 0;
  std::string rule;
  // The same as JSON, as the SDK writes it.
  std::string input, output, reasoning;

  std::size_t payloadBytes() const { return input.size() + output.size() + reasoning.size(); }
};

/// Many different ones, few enough to stay in a cache. They keep to standardDefinition().
std::vector<SampleStep> sampleSteps();

enum class Form { Typed, Ready };

/// Records one whole step: begin, input, output, reasoning, end.
inline void record(sdk::Run& run, const SampleStep& sample, Form form) {
  auto step = run.step(sample.name, sample.type);
  if (form == Form::Typed) {
    step.input({{"candidates", sample.candidates}, {"max_price", sample.maxPrice}, {"query", sample.query}});
    step.output({{"kept", sample.kept}, {"top_score", sample.topScore}, {"explanation", sample.explanation}});
    step.reasoning({{"percentage_eliminated", sample.percentageEliminated}, {"rule", sample.rule}});
  } else {
    step.input(json(sample.input));
    step.output(json(sample.output));
    step.reasoning(json(sample.reasoning));
  }
  step.end();
}

/// The configuration of a client with the given transport; checks the standard schema unless told otherwise.
struct ClientOptions {
  std::string plugins;  // a directory
  std::string transport = "{plugin: bench-discard}";
  bool schema = true;
  std::string mode = "warn";
  std::string queue = "{max_bytes: 16MiB}";
};
Client makeClient(const ClientOptions& options);

}  // namespace xray::bench
