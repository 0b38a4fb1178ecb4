#pragma once
// Runs as events: shapes with ids and times. Any part of a recording can be made, in any order and by any thread, and
// is always the same; so the load generator, the references and the checks meet on the same content without passing it
// on.

#include <cstdint>
#include <string>
#include <vector>

#include "bench/payload/shapes.h"
#include "xray/event.h"

namespace xray::bench {

struct RecordingOptions {
  std::uint64_t seed = 1;  // of the ids
  Timestamp firstStart{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
  Microseconds spacing = std::chrono::milliseconds(1);  // between the starts of one run and the next
  bool schema = true;                                   // runs refer to standardSchema()
  std::size_t repeat = 1;                               // how often a run takes its shape's steps, one after another
  std::uint64_t stopsEvery = 0;                         // one run of so many stops on its way; 0: all end
};

/// All events of one run; texts are views into the shapes.
struct RecordedRun {
  RunStarted started;
  std::vector<StepEvent> steps;
  RunEnded ended;
  bool over = true;  // false: it stopped within its last step, which is still running, and `ended` means nothing
};

/// Thread-safe. Borrows the shapes, which it takes in turn.
class Recording {
 public:
  Recording(const std::vector<RunShape>& shapes, const RecordingOptions& options)
      : shapes_(shapes), options_(options) {}

  /// Overwrites `run`, whose room is used again.
  void make(std::uint64_t index, RecordedRun& run) const;
  const RunShape& shapeOf(std::uint64_t index) const { return shapes_[index % shapes_.size()]; }

 private:
  Id idAt(Timestamp time, std::uint64_t run, std::uint64_t step) const;

  const std::vector<RunShape>& shapes_;
  const RecordingOptions options_;
};

/// The schema that runs refer to: "bench", version 1, with standardDefinition().
SchemaRegistered standardSchema();

/// Appends the run as an SDK sends it, one line each: run.started, step.ended …, run.ended or run.failed; of a run that
/// stopped, step.started in place of its last two.
void encodeRun(std::string& out, const RecordedRun& run);

/// Runs from `first` on until the batch has `bytes` or more; `next` becomes the index after the last one.
std::string encodeBatch(const Recording& recording, std::uint64_t first, std::size_t bytes, std::uint64_t& next);

}  // namespace xray::bench
