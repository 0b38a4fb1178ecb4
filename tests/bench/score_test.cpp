#include "attribution/score.h"

#include <gtest/gtest.h>

namespace attribution {
namespace {

/// A run whose steps are of these messages, by agents A, B, A, B, …; `failed` are steps with an error.
replay::AgentRun runOf(const std::vector<std::size_t>& messages, const std::vector<std::size_t>& failed = {}) {
  replay::AgentRun run;
  for (const std::size_t message : messages) {
    replay::AgentStep step;
    step.message = message;
    step.agent = run.steps.size() % 2 == 0 ? "A" : "B";
    run.steps.push_back(step);
  }
  for (const std::size_t step : failed) run.steps[step].error = replay::AgentError{"E", "no"};
  return run;
}

std::vector<double> counts(const Tally& tally) {
  return {tally.runs, tally.exact, tally.within1, tally.within3, tally.agent};
}

std::vector<double> judged(const std::optional<Place>& guess, const Place& blamed) {
  Tally tally;
  judge(tally, guess, blamed);
  return counts(tally);
}

TEST(Wilson, Interval_IsThatOfTheTables) {
  // The examples of R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine
  // 17 (1998), 857-872, table I, method 3.
  const auto expectInterval = [](double hits, double runs, double low, double high) {
    const Interval interval = wilson95(hits, runs);
    EXPECT_NEAR(interval.low, low, 5e-5) << hits << " of " << runs;
    EXPECT_NEAR(interval.high, high, 5e-5) << hits << " of " << runs;
  };
  expectInterval(81, 263, 0.2553, 0.3662);
  expectInterval(15, 148, 0.0624, 0.1605);
  expectInterval(0, 20, 0, 0.1611);
  expectInterval(1, 29, 0.0061, 0.1718);
}

TEST(Wilson, NoRuns_SayNothing) {
  EXPECT_EQ(wilson95(0, 0).low, 0);
  EXPECT_EQ(wilson95(0, 0).high, 1);
}

TEST(Judge, Distance_IsCountedInMessagesOnBothSides) {
  const Place blamed{5, "A"};
  EXPECT_EQ(judged(Place{5, "A"}, blamed), (std::vector<double>{1, 1, 1, 1, 1}));
  EXPECT_EQ(judged(Place{6, "B"}, blamed), (std::vector<double>{1, 0, 1, 1, 0}));
  EXPECT_EQ(judged(Place{4, "B"}, blamed), (std::vector<double>{1, 0, 1, 1, 0}));
  EXPECT_EQ(judged(Place{3, "B"}, blamed), (std::vector<double>{1, 0, 0, 1, 0}));
  EXPECT_EQ(judged(Place{8, "B"}, blamed), (std::vector<double>{1, 0, 0, 1, 0}));
  EXPECT_EQ(judged(Place{9, "A"}, blamed), (std::vector<double>{1, 0, 0, 0, 1}));
  EXPECT_EQ(judged(Place{1, "B"}, blamed), (std::vector<double>{1, 0, 0, 0, 0}));
}

TEST(Judge, NoGuess_IsARunWithNothingRight) {
  EXPECT_EQ(judged(std::nullopt, {0, ""}), (std::vector<double>{1, 0, 0, 0, 0}));
}

TEST(Judge, Agents_AreComparedWithoutCase) {
  EXPECT_EQ(judged(Place{9, "Websurfer"}, {0, "WebSurfer"}).back(), 1);
  EXPECT_EQ(judged(Place{9, "WebSurfer"}, {0, "Web"}).back(), 0);
}

TEST(Baselines, NameTheStepTheyAreNamedFor) {
  const auto run = runOf({2, 4, 4, 7}, {1, 2});
  EXPECT_EQ(firstStep(run)->message, 2u);
  EXPECT_EQ(lastStep(run)->message, 7u);
  EXPECT_EQ(firstError(run)->message, 4u);
  EXPECT_EQ(firstError(run)->agent, "B");
  EXPECT_EQ(firstError(runOf({2, 4, 7}))->message, 7u) << "without an error, the last step";
  EXPECT_EQ(stepBefore(run, 3)->message, 4u);
  EXPECT_EQ(stepBefore(run, 0)->message, 2u);
  EXPECT_FALSE(stepBefore(run, std::nullopt));
}

TEST(Baselines, RunWithoutSteps_HasNone) {
  const auto run = runOf({});
  EXPECT_FALSE(firstStep(run) || lastStep(run) || firstError(run));
  Tally tally;
  judgeRandom(tally, run, {0, "A"});
  EXPECT_EQ(counts(tally), (std::vector<double>{1, 0, 0, 0, 0}));
}

TEST(RandomStep, Expectation_IsTheShareOfStepsThatWouldBeRight) {
  Tally tally;
  judgeRandom(tally, runOf({0, 1, 2, 3, 4, 5, 6, 7}), {1, "B"});
  EXPECT_EQ(counts(tally), (std::vector<double>{1, 1 / 8.0, 3 / 8.0, 5 / 8.0, 4 / 8.0}));
  judgeRandom(tally, runOf({0, 2, 2, 9}), {2, "X"});
  EXPECT_EQ(counts(tally), (std::vector<double>{2, 1 / 8.0 + 2 / 4.0, 3 / 8.0 + 2 / 4.0, 5 / 8.0 + 3 / 4.0, 4 / 8.0}));
}

}  // namespace
}  // namespace attribution
