// S4: from the bytes of a batch to checked events, beside simdjson's full parse of the same bytes.
//
// The product checks JSON, UTF-8, names, types, ids, times and limits and leaves typed events; the reference validates
// JSON and UTF-8 and builds its tape. Both are done with the batch in cache, on one thread, whose CPU time is what
// counts.

#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bench/payload/recording.h"
#include "xray/event_decoder.h"
#include "xray/event_encoder.h"

namespace xray::bench {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{1} << 20;  // what an SDK sends (batch.max_bytes)

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "decode: %s\n", why.c_str());
  std::exit(1);
}

double threadSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Source {
  std::string name;
  std::string batch;
  std::size_t events = 0;
};

Source makeSource(std::string name, const std::vector<RunShape>& shapes) {
  Source source{std::move(name), {}, 0};
  std::uint64_t next = 0;
  source.batch = encodeBatch(Recording(shapes, {}), 0, kBatchBytes, next);
  source.events = static_cast<std::size_t>(std::count(source.batch.begin(), source.batch.end(), '\n'));
  return source;
}

Result<DecodedBatch> decode(std::string body) {
  return decodeBatch({std::move(body), BatchFormat::NdJson}, {});
}

/// Documents that the reference has read.
std::size_t parseAll(simdjson::dom::parser& parser, const simdjson::padded_string& batch) {
  std::size_t count = 0;
  simdjson::dom::document_stream documents;
  if (parser.parse_many(batch, batch.size()).get(documents)) die("the reference does not read the batch");
  for (const auto document : documents) count += document.error() == simdjson::SUCCESS;
  return count;
}

/// What was decoded is the batch, byte by byte, when it is encoded again; the reference reads as many documents.
void check(const Source& source) {
  const auto decoded = decode(source.batch);
  if (!decoded.ok()) die(source.name + ": " + decoded.status().toString());
  if (!decoded->rejected.empty()) die(source.name + ": " + decoded->rejected.front().detail);
  std::string again;
  for (const Event& event : decoded->events) encodeEvent(again, event);
  if (again != source.batch) die(source.name + ": the decoded events are not those of the batch");
  simdjson::dom::parser parser;
  if (parseAll(parser, simdjson::padded_string(source.batch)) != source.events)
    die(source.name + ": documents are missing");
}

void runProduct(benchmark::State& state, const Source& source) {
  for (auto _ : state) {
    std::string body = source.batch;  // not timed: the receiver hands its buffer over
    const double begin = threadSeconds();
    {
      const auto decoded = decode(std::move(body));
      benchmark::DoNotOptimize(decoded->events.data());
    }
    state.SetIterationTime(threadSeconds() - begin);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(source.batch.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(source.events));
}

void runReference(benchmark::State& state, const Source& source) {
  const simdjson::padded_string batch(source.batch);
  simdjson::dom::parser parser;
#ifdef SIMDJSON_THREADS_ENABLED
  parser.threaded = false;
#endif
  for (auto _ : state) {
    const double begin = threadSeconds();
    benchmark::DoNotOptimize(parseAll(parser, batch));
    state.SetIterationTime(threadSeconds() - begin);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(source.batch.size()));
}

void add(const Source& source) {
  check(source);
  const auto run = [&](const char* side, auto function) {
    benchmark::RegisterBenchmark((std::string(side) + "/" + source.name).c_str(), function, source)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  };
  run("product", runProduct);
  run("reference", runReference);
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  using namespace xray::bench;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  add(makeSource("steps", standardShapes(1)));
  if (const auto shapes = tauShapes(XRAY_TAU_DIR); shapes.ok()) add(makeSource("tau", *shapes));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
