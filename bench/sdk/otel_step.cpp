// S2: what a span of opentelemetry-cpp costs the thread that records it: the values of a step as attributes, through a
// BatchSpanProcessor to an exporter that counts spans and forgets them. In blocks, as step_cost.cpp; after each the
// processor gets the time to export it, so nothing is dropped. Built only where opentelemetry-cpp is installed.
//   xray-bench-otel-step --threads 2

#include <opentelemetry/sdk/common/exporter_utils.h>
#include <opentelemetry/sdk/trace/batch_span_processor.h>
#include <opentelemetry/sdk/trace/batch_span_processor_options.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/trace/tracer.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <barrier>
#include <iostream>
#include <thread>

#include "bench/sdk/sample_steps.h"
#include "bench/sdk/ticks.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

namespace otel = opentelemetry::sdk::trace;

constexpr std::size_t kBlockSteps = 2000;
constexpr int kWarmBlocks = 4;

class DiscardingExporter : public otel::SpanExporter {
 public:
  explicit DiscardingExporter(std::atomic<std::uint64_t>& exported) : exported_(exported) {}

  std::unique_ptr<otel::Recordable> MakeRecordable() noexcept override { return std::make_unique<otel::SpanData>(); }
  opentelemetry::sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<otel::Recordable>>& spans) noexcept override {
    exported_ += spans.size();
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  std::atomic<std::uint64_t>& exported_;
};

opentelemetry::nostd::string_view view(const std::string& text) {
  return {text.data(), text.size()};
}

void record(opentelemetry::trace::Tracer& tracer, const SampleStep& sample) {
  auto span = tracer.StartSpan(view(sample.name));
  span->SetAttribute("step_type", view(sample.type));
  span->SetAttribute("candidates", sample.candidates);
  span->SetAttribute("max_price", sample.maxPrice);
  span->SetAttribute("query", view(sample.query));
  span->SetAttribute("kept", sample.kept);
  span->SetAttribute("top_score", sample.topScore);
  span->SetAttribute("explanation", view(sample.explanation));
  span->SetAttribute("percentage_eliminated", sample.percentageEliminated);
  span->SetAttribute("rule", view(sample.rule));
  span->End();
}

int measure(unsigned threadCount, int blocks) {
  std::atomic<std::uint64_t> exported{0};
  otel::BatchSpanProcessorOptions options;
  options.max_queue_size = 2 * kBlockSteps * threadCount;
  options.schedule_delay_millis = std::chrono::milliseconds(200);
  otel::TracerProvider provider(std::unique_ptr<otel::SpanProcessor>(
      new otel::BatchSpanProcessor(std::make_unique<DiscardingExporter>(exported), options)));
  const auto samples = sampleSteps();
  std::vector<std::vector<std::uint32_t>> taken(threadCount);
  std::barrier<> turn(static_cast<std::ptrdiff_t>(threadCount) + 1);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < threadCount; ++i) {
    threads.emplace_back([&, i] {
      const auto tracer = provider.GetTracer("bench");
      taken[i].reserve(static_cast<std::size_t>(blocks) * kBlockSteps);
      std::size_t next = i * 37;
      for (int block = -kWarmBlocks; block < blocks; ++block) {
        turn.arrive_and_wait();
        for (std::size_t step = 0; step < kBlockSteps; ++step) {
          const std::uint64_t begin = ticks();
          record(*tracer, samples[next++ % samples.size()]);
          const std::uint64_t took = ticks() - begin;
          if (block >= 0) taken[i].push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(took, UINT32_MAX)));
        }
        turn.arrive_and_wait();
      }
    });
  }
  for (int block = -kWarmBlocks; block < blocks; ++block) {
    turn.arrive_and_wait();
    turn.arrive_and_wait();
    provider.ForceFlush();
  }
  for (std::thread& thread : threads) thread.join();
  provider.Shutdown();

  std::vector<std::uint32_t> all;
  for (const auto& one : taken) all.insert(all.end(), one.begin(), one.end());
  const std::uint64_t spans = threadCount * static_cast<std::uint64_t>(blocks + kWarmBlocks) * kBlockSteps;
  const TickScale scale;
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("p50").number(scale.nanoseconds(percentile(all, 0.5)));
  json.key("p99").number(scale.nanoseconds(percentile(all, 0.99)));
  json.key("lost").integer(static_cast<std::int64_t>(spans - exported)).endObject();
  std::cout << text << "\n";
  return 0;
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  unsigned threads = 1;
  int blocks = 30;
  CLI::App app("Measures what a span of opentelemetry-cpp costs the thread that records it.");
  app.add_option("--threads", threads, "how many record")->check(CLI::PositiveNumber);
  app.add_option("--blocks", blocks, "blocks of 2,000 spans for each thread");
  CLI11_PARSE(app, argc, argv);
  return xray::bench::measure(threads, blocks);
}
