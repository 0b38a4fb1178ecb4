#include "bench/sdk/sample_steps.h"

#include "bench/payload/random.h"
#include "bench/payload/recording.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

constexpr std::size_t kRuns = 50;  // 500 steps, 375 KB of payload
constexpr std::size_t kInputBytes = 200;
constexpr std::size_t kOutputBytes = 400;
constexpr std::size_t kReasoningBytes = 150;

/// Texts of the standard shapes, one after the other.
class Texts {
 public:
  explicit Texts(const std::vector<RunShape>& shapes) {
    for (const RunShape& run : shapes) {
      for (const StepShape& step : run.steps) {
        texts_.push_back(std::get<std::string>(step.reasoning.members.back().second));
      }
    }
  }
  std::string ofBytes(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += (text.empty() ? "" : " ") + texts_[next_++ % texts_.size()];
    return text;
  }

 private:
  std::vector<std::string> texts_;
  std::size_t next_ = 0;
};

double hundredths(Random& random, std::uint64_t limit) {
  return static_cast<double>(random.below(limit * 100)) / 100;
}

void writeJson(SampleStep& step) {
  JsonWriter(step.input)
      .beginObject()
      .key("candidates")
      .integer(step.candidates)
      .key("max_price")
      .number(step.maxPrice)
      .key("query")
      .string(step.query)
      .endObject();
  JsonWriter(step.output)
      .beginObject()
      .key("kept")
      .integer(step.kept)
      .key("top_score")
      .number(step.topScore)
      .key("explanation")
      .string(step.explanation)
      .endObject();
  JsonWriter(step.reasoning)
      .beginObject()
      .key("percentage_eliminated")
      .number(step.percentageEliminated)
      .key("rule")
      .string(step.rule)
      .endObject();
}

}  // namespace

std::vector<SampleStep> sampleSteps() {
  const std::vector<RunShape> shapes = standardShapes(1, kRuns);
  Texts texts(shapes);
  Random random(2);
  std::vector<SampleStep> samples;
  for (const RunShape& run : shapes) {
    for (const StepShape& shape : run.steps) {
      SampleStep step;
      step.name = shape.name;
      step.type = shape.type;
      step.candidates = static_cast<std::int64_t>(random.below(500));
      step.maxPrice = hundredths(random, 900);
      step.query = texts.ofBytes(kInputBytes - 60);
      step.kept = static_cast<std::int64_t>(random.below(120));
      step.topScore = hundredths(random, 1);
      step.explanation = texts.ofBytes(kOutputBytes - 60);
      step.percentageEliminated = hundredths(random, 100);
      step.rule = texts.ofBytes(kReasoningBytes - 50);
      writeJson(step);
      samples.push_back(std::move(step));
    }
  }
  return samples;
}

Client makeClient(const ClientOptions& options) {
  std::string yaml = "plugins: {dirs: ['" + options.plugins + "']}\ntransport: " + options.transport +
                     "\nqueue: " + options.queue + "\nlog: none\n";
  if (options.schema) {
    yaml += "schema: {name: bench, version: 1, definition: '" + standardDefinition() +
            "'}\n"
            "validation: {mode: " +
            options.mode + "}\n";
  }
  return Client::fromText(yaml, "bench");
}

}  // namespace xray::bench
