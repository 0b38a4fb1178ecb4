#include "score.h"

#include <algorithm>
#include <cmath>

namespace attribution {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool sameAgent(const std::string& left, const std::string& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

Interval wilson95(double hits, double runs) {
  if (runs == 0) return {};
  constexpr double z = 1.959963984540054;  // of a normal distribution's middle 95 %
  const double share = hits / runs;
  const double scale = 1 + z * z / runs;
  const double centre = (share + z * z / (2 * runs)) / scale;
  const double half = z / scale * std::sqrt(share * (1 - share) / runs + z * z / (4 * runs * runs));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

void judge(Tally& tally, const std::optional<Place>& guess, const Place& blamed, double weight) {
  tally.runs += weight;
  if (!guess) return;
  const std::size_t far =
      guess->message > blamed.message ? guess->message - blamed.message : blamed.message - guess->message;
  if (far == 0) tally.exact += weight;
  if (far <= 1) tally.within1 += weight;
  if (far <= 3) tally.within3 += weight;
  if (sameAgent(guess->agent, blamed.agent)) tally.agent += weight;
}

Place placeOf(const replay::AgentRun& run, std::size_t step) {
  return {run.steps[step].message, run.steps[step].agent};
}

std::optional<Place> firstStep(const replay::AgentRun& run) {
  if (run.steps.empty()) return std::nullopt;
  return placeOf(run, 0);
}

std::optional<Place> lastStep(const replay::AgentRun& run) {
  if (run.steps.empty()) return std::nullopt;
  return placeOf(run, run.steps.size() - 1);
}

std::optional<Place> firstError(const replay::AgentRun& run) {
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    if (run.steps[i].error) return placeOf(run, i);
  }
  return lastStep(run);
}

std::optional<Place> stepBefore(const replay::AgentRun& run, std::optional<std::size_t> step) {
  if (!step) return std::nullopt;
  return placeOf(run, *step == 0 ? 0 : *step - 1);
}

void judgeRandom(Tally& tally, const replay::AgentRun& run, const Place& blamed) {
  if (run.steps.empty()) return judge(tally, std::nullopt, blamed);
  const double weight = 1.0 / static_cast<double>(run.steps.size());
  for (std::size_t i = 0; i < run.steps.size(); ++i) judge(tally, placeOf(run, i), blamed, weight);
}

}  // namespace attribution
