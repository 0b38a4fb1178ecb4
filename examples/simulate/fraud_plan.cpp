#include "simulate/fraud_plan.h"

namespace simulate {
namespace {

using std::chrono::milliseconds;

struct Rule {
  const char* name;
  double weight;
  std::uint64_t oneIn;  // fires once in so many payments
};
constexpr Rule kRules[] = {{"blocked-card", 100, 40},
                           {"amount-limit", 35, 6},
                           {"velocity", 30, 8},
                           {"country-mismatch", 25, 7},
                           {"new-device", 20, 4}};
constexpr double kDeclineFrom = 80, kReviewFrom = 50;

const std::vector<std::string> kCountries = {"DE", "FR", "PL", "SE", "US"};

/// Asks the rules in their order, until the score is enough to decline.
void applyRules(FraudRun& run, Dice& dice) {
  for (const Rule& rule : kRules) {
    const bool fired = dice.below(rule.oneIn) == 0;
    run.rules.push_back({rule.name, fired, rule.weight, dice.about(milliseconds(2))});
    if (fired) run.score += rule.weight;
    if (run.score >= kDeclineFrom) break;
  }
  run.decision = run.score >= kDeclineFrom ? "decline" : run.score >= kReviewFrom ? "review" : "accept";
}

}  // namespace

std::vector<FraudRun> planPayments(const Day& day, Dice dice) {
  const std::vector<bool> crashing = dice.choose(kLookupCrashes * day.tensOfCrashes(), day.runs);
  std::vector<FraudRun> runs;
  for (std::size_t i = 0; i < day.runs; ++i) {
    FraudRun run;
    run.start = day.startOf(i, dice);
    run.payment = numbered("payment", i);
    run.schemaVersion = day.hourOf(i) >= kSchemaVersion2From ? kFraudNewVersion : kFraudOldVersion;
    run.amountCents = static_cast<std::int64_t>(500 + dice.below(200'000));
    run.country = dice.pick(kCountries);
    run.lookingUp = dice.about(milliseconds(18));
    run.deciding = dice.about(milliseconds(1));
    run.crashes = crashing[i];
    if (!run.crashes) applyRules(run, dice);
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace simulate
