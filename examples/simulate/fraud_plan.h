#pragma once
// Pipeline 4, fraud-check: rules one after the other, until one of them decides or the sum does. Planted: in the
// middle of the day the schema's second version takes over, which adds, removes and changes keys.

#include <cstdint>
#include <string>
#include <vector>

#include "simulate/day.h"

namespace simulate {

inline constexpr const char* kFraudPipeline = "fraud-check";
inline constexpr const char* kLookupType = "lookup";  // of the step that some payments crash at
inline constexpr int kFraudOldVersion = 1, kFraudNewVersion = 2;

struct RuleOutcome {
  std::string name;
  bool fired = false;
  double weight = 0;  // added to the score when it fires
  xray::Microseconds took{};
};

struct FraudRun {
  xray::Timestamp start;
  std::string payment;  // names the run, in its metadata
  int schemaVersion = kFraudOldVersion;
  std::int64_t amountCents = 0;
  std::string country;
  xray::Microseconds lookingUp, deciding;
  bool crashes = false;            // at the lookup: no rules, no decision
  std::vector<RuleOutcome> rules;  // those that were asked
  double score = 0;
  std::string decision;
};

std::vector<FraudRun> planPayments(const Day& day, Dice dice);

}  // namespace simulate
