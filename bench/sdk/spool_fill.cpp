// S7: a spool with a recording in it, as an SDK leaves it: the schema, then batches of 1 MiB. The same runs as the
// references store.
//   xray-bench-spool-fill --dir SPOOL --runs 50000

#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/payload/recording.h"
#include "xray/event_encoder.h"
#include "xray/json.h"
#include "xray/plugin_loader.h"

namespace xray::bench {
namespace {

constexpr std::size_t kBatchRuns = 90;  // about 1 MiB, as xray-bench-load posts them
constexpr auto kPatience = std::chrono::minutes(10);

Result<std::unique_ptr<Sender>> makeSender(const std::string& dir) {
  PluginLoader loader;
  const auto plugin = loader.load("file-transport");
  if (!plugin.ok()) return plugin.status();
  Options options;
  options.set("dir", dir);
  options.set("durability", std::string("interval"));
  options.set("interval", Microseconds(std::chrono::milliseconds(200)));
  options.set("compression", std::string("none"));
  options.set("segment_bytes", std::int64_t{64} << 20);
  options.set("seal_after", Microseconds(std::chrono::seconds(1)));
  options.set("max_bytes", std::int64_t{64} << 30);
  options.set("when_full", std::string("block"));
  return loader.makeSender("file-transport", options, PluginContext{&systemClock()});
}

Status fill(const std::string& dir, std::uint64_t runs) {
  const auto sender = makeSender(dir);
  if (!sender.ok()) return sender.status();
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  const auto send = [&](std::string body) -> Status {
    const auto receipt = (*sender)->send({std::move(body), BatchFormat::NdJson}, deadline);
    return receipt.ok() ? Status() : receipt.status();
  };
  std::string schema;
  encodeEvent(schema, standardSchema());
  if (Status status = send(std::move(schema)); !status.ok()) return status;
  const auto shapes = standardShapes(1);
  const Recording recording(shapes, {});
  RecordedRun run;
  for (std::uint64_t next = 0; next < runs;) {
    std::string batch;
    for (std::size_t i = 0; i < kBatchRuns && next < runs; ++i, ++next) {
      recording.make(next, run);
      encodeRun(batch, run);
    }
    if (Status status = send(std::move(batch)); !status.ok()) return status;
  }
  return (*sender)->flush(deadline);
}

}  // namespace
}  // namespace xray::bench

int main(int argc, char** argv) {
  std::string dir;
  std::uint64_t runs = 10'000;
  CLI::App app("Fills a spool with a recording.");
  app.add_option("--dir", dir, "the spool")->required();
  app.add_option("--runs", runs, "how many runs");
  CLI11_PARSE(app, argc, argv);
  if (const xray::Status status = xray::bench::fill(dir, runs); !status.ok()) {
    std::cerr << "spool-fill: " << status.toString() << "\n";
    return 1;
  }
}
