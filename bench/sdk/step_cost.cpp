// S1: what a step costs the thread that records it, beside the limit. Threads take turns together: a block of steps
// into the SDK, then the same block into a ring of the reference. After each block of the SDK the shipper gets the time
// to ship it, so that the queue, which recording at full speed fills in milliseconds, never drops any; while a block is
// recorded the shipper works beside it.
//   xray-bench-sdk-step --plugins DIR --threads 2 --form typed
//   xray-bench-sdk-step --plugins DIR --threads 2 --pace 50000 --seconds 5

#include <CLI/CLI.hpp>
#include <barrier>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "bench/sdk/allocations.h"
#include "bench/sdk/pace.h"
#include "bench/sdk/reference_step.h"
#include "bench/sdk/sample_steps.h"
#include "bench/sdk/ticks.h"
#include "xray/event_decoder.h"
#include "xray/json.h"

namespace xray::bench {
namespace {

constexpr std::size_t kRunSteps = 10;
constexpr std::size_t kBlockSteps = 2000;  // of one thread: 2 MiB in the queue
constexpr int kWarmBlocks = 4;
constexpr auto kPatience = std::chrono::seconds(60);

struct CostOptions {
  ClientOptions client;
  Form form = Form::Typed;
  unsigned threads = 1;
  int blocks = 30;
  double pace = 0;  // steps a second on each thread; 0: blocks at full speed
  double seconds = 5;
};

[[noreturn]] void die(const std::string& why) {
  std::cerr << "sdk-step: " << why << "\n";
  std::exit(1);
}

/// What one thread measured.
struct Samples {
  std::vector<std::uint32_t> product, reference;  // ticks of each step
  std::uint64_t allocations = 0;                  // of the product, when warm
};

/// One thread's work.
class Recorder {
 public:
  Recorder(Client& client, const std::vector<SampleStep>& samples, Form form, std::uint64_t number)
      : client_(client), samples_(samples), form_(form), ring_(number), next_(number * 37) {}

  /// One step into the SDK; every kRunSteps of them are a run.
  std::uint32_t product() {
    if (step_++ % kRunSteps == 0) {
      run_.end();
      run_ = client_.startRun("bench");
      ++runs;
    }
    const SampleStep& sample = samples_[next_++ % samples_.size()];
    const std::uint64_t allocated = allocations();
    const std::uint64_t begin = ticks();
    record(run_, sample, form_);
    const std::uint64_t took = ticks() - begin;
    allocated_ += allocations() - allocated;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(took, UINT32_MAX));
  }
  std::uint32_t reference() {
    const SampleStep& sample = samples_[next_++ % samples_.size()];
    const std::uint64_t begin = ticks();
    ring_.record(sample);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(ticks() - begin, UINT32_MAX));
  }
  void end() { run_.end(); }

  std::uint64_t takeAllocated() { return std::exchange(allocated_, 0); }
  std::uint64_t steps() const { return step_; }
  std::uint64_t runs = 0;

 private:
  Client& client_;
  const std::vector<SampleStep>& samples_;
  const Form form_;
  ReferenceRing ring_;
  sdk::Run run_;
  std::uint64_t step_ = 0;
  std::uint64_t next_;
  std::uint64_t allocated_ = 0;
};

/// Both sides record the same; what each has then is the payload, byte by byte.
void checkContent(const CostOptions& options, const std::vector<SampleStep>& samples) {
  const auto file = std::filesystem::temp_directory_path() / ("xray-bench-" + newId().toString() + ".ndjson");
  ClientOptions writing = options.client;
  writing.transport = "{plugin: bench-discard, options: {file: '" + file.string() + "'}}";
  ReferenceRing ring(1);
  {
    Client client = makeClient(writing);
    auto run = client.startRun("bench");
    for (const SampleStep& sample : samples) {
      record(run, sample, options.form);
      ring.record(sample);
      if (ring.last(sample) != sample.input + sample.output + sample.reasoning) die("the reference has other bytes");
    }
    run.end();
    if (!client.close(kPatience).status.ok()) die("not everything was sent");
  }
  std::ostringstream body;
  body << std::ifstream(file, std::ios::binary).rdbuf();
  std::filesystem::remove(file);
  const auto decoded = decodeBatch({std::move(body).str(), BatchFormat::NdJson}, {});
  if (!decoded.ok() || !decoded->rejected.empty()) die("what the SDK sent cannot be decoded");
  std::size_t at = 0;
  for (const Event& event : decoded->events) {
    const auto* step = std::get_if<StepEvent>(&event.fact);
    if (!step || !step->endedAt) continue;
    if (at == samples.size()) die("the SDK sent too many steps");
    const SampleStep& sample = samples[at++];
    if (step->inputData != sample.input || step->outputData != sample.output || step->reasoning != sample.reasoning)
      die("the SDK sent another payload than the reference has");
  }
  if (at != samples.size()) die("the SDK did not send all steps");
}

void blocks(const CostOptions& options, Recorder& recorder, Samples& taken, std::barrier<>& turn) {
  const auto kept = static_cast<std::size_t>(options.blocks) * kBlockSteps;
  taken.product.reserve(kept);
  taken.reference.reserve(kept);
  for (int block = -kWarmBlocks; block < options.blocks; ++block) {
    if (block == 0) recorder.takeAllocated();
    turn.arrive_and_wait();
    for (std::size_t i = 0; i < kBlockSteps; ++i) {
      const std::uint32_t took = recorder.product();
      if (block >= 0) taken.product.push_back(took);
    }
    turn.arrive_and_wait();  // … the shipper ships …
    turn.arrive_and_wait();
    for (std::size_t i = 0; i < kBlockSteps; ++i) {
      const std::uint32_t took = recorder.reference();
      if (block >= 0) taken.reference.push_back(took);
    }
  }
}

void steadily(const CostOptions& options, Recorder& recorder, Samples& taken) {
  const auto seconds = [](double count) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(count));
  };
  taken.product.reserve(static_cast<std::size_t>(options.pace * options.seconds) + 1);
  paced(options.pace, seconds(std::min(1.0, options.seconds)), [&] { recorder.product(); });
  recorder.takeAllocated();
  paced(options.pace, seconds(options.seconds), [&] { taken.product.push_back(recorder.product()); });
}

void appendSide(JsonWriter& json, const char* name, std::vector<std::uint32_t>& samples, const TickScale& scale) {
  json.key(name).beginObject();
  for (const auto& [label, share] : {std::pair("p50", 0.5), {"p99", 0.99}, {"p999", 0.999}, {"max", 1.0}}) {
    json.key(label).number(scale.nanoseconds(percentile(samples, share)));
  }
  json.endObject();
}

void report(std::vector<Samples>& taken, std::uint64_t steps, std::uint64_t lost) {
  Samples all;
  for (Samples& one : taken) {
    all.product.insert(all.product.end(), one.product.begin(), one.product.end());
    all.reference.insert(all.reference.end(), one.reference.begin(), one.reference.end());
    all.allocations += one.allocations;
  }
  const TickScale scale;
  std::string text;
  JsonWriter json(text);
  json.beginObject();
  appendSide(json, "product", all.product, scale);
  if (!all.reference.empty()) appendSide(json, "reference", all.reference, scale);
  json.key("steps").integer(static_cast<std::int64_t>(steps)).key("lost").integer(static_cast<std::int64_t>(lost));
  json.key("allocations").integer(static_cast<std::int64_t>(all.allocations)).endObject();
  std::cout << text << "\n";
}

void measure(const CostOptions& options, const std::vector<SampleStep>& samples) {
  Client client = makeClient(options.client);
  std::vector<Recorder> recorders;
  for (unsigned i = 0; i < options.threads; ++i) recorders.emplace_back(client, samples, options.form, i);
  std::vector<Samples> taken(options.threads);
  std::barrier<> turn(static_cast<std::ptrdiff_t>(options.threads) + 1);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.threads; ++i) {
    threads.emplace_back([&, i] {
      if (options.pace > 0) {
        steadily(options, recorders[i], taken[i]);
      } else {
        blocks(options, recorders[i], taken[i], turn);
      }
      taken[i].allocations = recorders[i].takeAllocated();
      recorders[i].end();
    });
  }
  for (int block = -kWarmBlocks; options.pace == 0 && block < options.blocks; ++block) {
    turn.arrive_and_wait();  // the product's block begins
    turn.arrive_and_wait();  // … ends
    if (!client.flush(kPatience).status.ok()) die("not everything was sent");
    turn.arrive_and_wait();  // the reference's begins
  }
  for (std::thread& thread : threads) thread.join();
  const sdk::DeliveryReport closed = client.close(kPatience);
  if (!closed.status.ok()) die("not everything was sent: " + closed.status.message());

  std::uint64_t steps = 0, events = 0;
  for (const Recorder& recorder : recorders) {
    steps += recorder.steps();
    events += recorder.steps() + 2 * recorder.runs;
  }
  // Steps that were open when a batch left were told twice.
  if (closed.counters.accepted + closed.counters.queueFull < events) die("the counters do not add up");
  report(taken, steps, closed.counters.queueFull);
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  using namespace xray::bench;
  CostOptions options;
  CLI::App app("Measures what recording a step costs the thread that does it.");
  app.add_option("--plugins", options.client.plugins, "directory of the bench-discard transport")->required();
  app.add_option("--threads", options.threads, "how many record")->check(CLI::PositiveNumber);
  app.add_option("--form", options.form, "typed: 8 values; ready: three texts of JSON")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Form>{{"typed", Form::Typed}, {"ready", Form::Ready}}));
  app.add_option("--blocks", options.blocks, "blocks of 2,000 steps for each thread");
  app.add_option("--pace", options.pace, "steps a second on each thread, instead of blocks; no reference then");
  app.add_option("--seconds", options.seconds, "how long, with --pace");
  app.add_option("--mode", options.client.mode, "validation: warn, sanitize or reject");
  app.add_flag("!--no-schema", options.client.schema, "record without a schema");
  CLI11_PARSE(app, argc, argv);
  const auto samples = sampleSteps();
  checkContent(options, samples);
  measure(options, samples);
}
