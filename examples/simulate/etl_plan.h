#pragma once
// Pipeline 3, orders-etl: stages with steps inside, and pages that are fetched again when that fails. Planted: jobs
// that die without a word while they join.

#include <cstdint>
#include <string>
#include <vector>

#include "simulate/day.h"

namespace simulate {

inline constexpr const char* kEtlPipeline = "orders-etl";
inline constexpr const char* kJoinStep = "join-customers";  // where jobs die
inline constexpr const char* kLoadType = "load";            // of the step that some jobs crash at

struct EtlRun {
  enum class Ending { Completed, Crashes, Dies };

  xray::Timestamp start;
  std::string job;                                     // names the run, in its metadata
  std::vector<std::vector<xray::Microseconds>> pages;  // the times of each page's attempts, all but the last in vain
  std::int64_t rowsOfPage = 0;
  double invalid = 0, duplicates = 0;                            // percent that the filters drop
  xray::Microseconds joining, dropping, deduplicating, loading;  // loading: one of kPartitions
  Ending ending = Ending::Completed;

  static constexpr int kPartitions = 2;
};

std::vector<EtlRun> planJobs(const Day& day, Dice dice);

}  // namespace simulate
