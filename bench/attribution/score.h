#pragma once
// The bench's arithmetic: guesses at the blamed step, and how often they are right. Pure functions.

#include <optional>
#include <vector>

#include "place.h"
#include "replay/agent_run.h"

namespace attribution {

/// A 95 % interval of a share.
struct Interval {
  double low = 0;
  double high = 1;
};

/// The Wilson score interval of a binomial share: E. B. Wilson, "Probable inference, the law of succession, and
/// statistical inference", Journal of the American Statistical Association 22 (1927), 209-212. Unlike the textbook's
/// p ± 1.96·s it stays within 0 and 1 and is fair with few runs and shares near 0 (L. D. Brown, T. T. Cai, A. DasGupta,
/// "Interval estimation for a binomial proportion", Statistical Science 16 (2001), 101-133). Without runs: 0 to 1.
Interval wilson95(double hits, double runs);

/// How often a guess was right, over runs. Fractions of runs only for a guess that is an expectation.
struct Tally {
  double runs = 0;
  double exact = 0;
  double within1 = 0;
  double within3 = 0;
  double agent = 0;
};

/// Adds one run's guess, worth `weight` of a run. Distances are counted in messages of the recording; without a guess
/// nothing is right. Agents are compared without regard to case.
void judge(Tally& tally, const std::optional<Place>& guess, const Place& blamed, double weight = 1);

/// Of a step of the run, by its number.
Place placeOf(const replay::AgentRun& run, std::size_t step);

// Guesses that need no thought. None: the run has no step.
std::optional<Place> firstStep(const replay::AgentRun& run);
std::optional<Place> lastStep(const replay::AgentRun& run);
/// The first step with an error; where there is none, the last step.
std::optional<Place> firstError(const replay::AgentRun& run);
/// The step before one; the first one stays.
std::optional<Place> stepBefore(const replay::AgentRun& run, std::optional<std::size_t> step);
/// What a step drawn at random would score, on average.
void judgeRandom(Tally& tally, const replay::AgentRun& run, const Place& blamed);

}  // namespace attribution
