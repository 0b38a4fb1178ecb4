#pragma once
// What benchmarks record: runs without ids and times, which Recording gives them (recording.h).

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "xray/status.h"
#include "xray/time.h"

namespace xray::bench {

using Value = std::variant<std::int64_t, double, bool, std::string>;

/// One JSON object of a step, twice: as the typed values that an application has, and as their JSON text.
struct Payload {
  std::vector<std::pair<std::string, Value>> members;  // empty where only the text is known (tau)
  std::string json = "{}";
};

struct StepShape {
  std::string name;
  std::string type;
  Payload input;
  Payload output;
  Payload reasoning;
  Microseconds duration{};
  std::string error;  // a JSON object, or empty: success; the two below are its members
  std::string errorType;
  std::string errorMessage;
};

struct RunShape {
  std::string pipeline;
  std::string metadata = "{}";
  std::vector<StepShape> steps;
  std::string error;  // a JSON object, or empty: the run completes; the two below are its members
  std::string errorType;
  std::string errorMessage;
};

/// `runs` different runs of 10 steps of about 750 bytes of JSON: input 200, output 400, reasoning 150, of 8 members
/// each. One step in 50 fails, and so does one run in 25. Some texts have escapes, some are not ASCII. Equal seeds give
/// equal shapes.
std::vector<RunShape> standardShapes(std::uint64_t seed, std::size_t runs = 512);

/// The recorded agent runs in a folder (tau-bench), as examples/replay would record them.
///   NotFound, InvalidArgument  as replay::findRecordings and readTauFile
Result<std::vector<RunShape>> tauShapes(const std::filesystem::path& folder);

/// The definition of a schema that standardShapes keeps to; no key in it is indexed.
std::string standardDefinition();

}  // namespace xray::bench
