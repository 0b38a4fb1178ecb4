#pragma once
// What the analysis must find in a recorded plan: counted from the plan itself.

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "simulate/plan.h"
#include "simulate/question.h"

namespace simulate {

using Names = std::vector<std::string>;
using CountByName = std::map<std::string, std::int64_t>;

/// One number (or list) that the analysis must give.
struct Expectation {
  std::string key;   // for programs: "p50_ms_before"
  std::string text;  // for people: "median before, in ms"
  std::variant<std::int64_t, double, Names, CountByName> value;
};

struct Answer {
  std::string key;                       // "narrow-filter"
  std::string problem;                   // one sentence
  std::string pipeline, stepType, step;  // where; each may be empty
  std::optional<xray::Timestamp> since;  // none: all day
  std::vector<Expectation> expected;
  std::vector<Question> questions;
};

/// The five planted problems, when the plan was recorded once. `schemas` is the folder of the definitions.
///   InvalidArgument  a definition cannot be read
xray::Result<std::vector<Answer>> answersOf(const Plan& plan, const std::filesystem::path& schemas);

/// For people; `plan` for what it was made from.
void print(std::ostream& out, const Plan& plan, const std::vector<Answer>& answers);
/// The same as one JSON document.
void printJson(std::ostream& out, const Plan& plan, const std::vector<Answer>& answers);

/// The day of the plan: "2026-11-22".
std::string dateOf(const Plan& plan);

}  // namespace simulate
