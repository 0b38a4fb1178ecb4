#pragma once
// What the reference programs share: the same content as the load generator sends, and how they tell what they did.

#include <chrono>
#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "bench/payload/recording.h"

namespace xray::bench {

/// The content of `xray-bench-load` without further options, or of --tau.
struct ReferenceInput {
  bool tau = false;
  std::uint64_t runs = 10'000;
  std::uint64_t transactionRuns = 200;
  std::uint64_t first = 0;  // index of the first run
  RecordingOptions recording;
};

/// The options of the input that every reference program has.
void addOptions(CLI::App& app, ReferenceInput& input);

/// The shapes of the input; ends the program when they cannot be had.
std::vector<RunShape> shapesOf(const ReferenceInput& input);
RecordingOptions recordingOf(const ReferenceInput& input);

/// Counters of a stored run, which the product derives from its events.
struct RunSums {
  std::int64_t steps = 0;
  std::int64_t errors = 0;
};
RunSums sumsOf(const RecordedRun& run);

/// Prints {"seconds":…,"cpu_seconds":…,"runs":…,"steps":…}.
void printOutcome(std::chrono::steady_clock::time_point begin, std::uint64_t runs, std::uint64_t steps);

/// Prints the message and ends the program.
[[noreturn]] void die(const std::string& why);

}  // namespace xray::bench
