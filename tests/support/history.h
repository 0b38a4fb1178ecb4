#pragma once
// Random histories: what several pipelines sent, as lines of NDJSON.

#include <string>
#include <vector>

#include "support/random.h"
#include "xray/ids.h"
#include "xray/store.h"

namespace xray::test {

/// Lines of a history use the ids makeId(kRunKind, 0..) and makeId(kStepKind, 0..).
inline constexpr std::uint32_t kRunKind = 1;
inline constexpr std::uint32_t kStepKind = 2;

struct HistoryShape {
  std::uint32_t runs = 5;
  std::uint32_t maxSteps = 7;
};

/// Events of different identity: runs that never started, never ended, ended before they began or in both ways; steps
/// that were only announced, only ended, nested, with equal or missing seq, with the id of another run's step. Two
/// histories of the same shape name the same runs and steps with other content.
std::vector<std::string> randomHistory(Random& random, const HistoryShape& shape = {});

/// The run makeId(kRunKind, n) that began at kEpoch, its steps, all of them errors, and its end.
std::vector<std::string> wholeRun(std::uint32_t n, std::uint32_t steps);

/// The lines, some of them several times, in any order, cut into batches of any size.
std::vector<std::vector<std::string>> randomDelivery(Random& random, const std::vector<std::string>& lines);

/// Decodes the lines as the backend does and appends them. schema_checked is set for some steps, by their id.
Result<AppendOutcome> appendLines(Store& store, const std::vector<std::string>& lines, Timestamp receivedAt);

}  // namespace xray::test
