#include "simulate/pipelines.h"

namespace simulate {
namespace {

using xray::sdk::Step;

/// Why a rule fired or not, in the keys of the payment's schema version.
void explain(Step& step, const RuleOutcome& rule, const FraudRun& payment) {
  step.output({{"fired", rule.fired}});
  if (payment.schemaVersion == kFraudOldVersion) {
    step.reasoning({{"rule", rule.name}, {"weight", rule.weight}, {"evidence", "country " + payment.country}});
  } else {
    step.reasoning({{"rule", rule.name},
                    {"contribution", rule.fired ? rule.weight : 0.0},
                    {"evidence", {{"country", payment.country}, {"amount_cents", payment.amountCents}}}});
  }
}

void decide(Step& step, const FraudRun& payment) {
  step.input({{"score", payment.score}});
  step.reasoning({{"rule", "decline from 80, review from 50"}});
  step.output({{"decision", payment.decision}});
  if (payment.schemaVersion == kFraudOldVersion) {
    step.output({{"manual_review", payment.decision == "review"}});
  } else {
    step.output({{"queue", payment.decision == "review" ? "reviewers" : "none"}});
  }
}

}  // namespace

void record(xray::Client& client, const FraudRun& payment) {
  xray::Timestamp now = payment.start;
  auto run = client.startRun(kFraudPipeline, {{"payment", payment.payment}}, {.startedAt = payment.start});
  auto lookup = run.step("lookup-account", kLookupType, {.startedAt = now});
  lookup.input({{"account", payment.payment}, {"amount", payment.amountCents}, {"country", payment.country}});
  if (payment.crashes) lookup.fail("AccountServiceDown", "the account service does not answer");
  lookup.end(now += payment.lookingUp);
  if (payment.crashes) {
    return run.logError("no account to check against",
                        {.type = "AccountServiceDown", .stepId = lookup.id(), .at = now});
  }
  for (const RuleOutcome& rule : payment.rules) {
    auto step = run.step(rule.name, "rule", {.startedAt = now});
    explain(step, rule, payment);
    step.end(now += rule.took);
  }
  auto decision = run.step("decide", "decision", {.startedAt = now});
  decide(decision, payment);
  decision.end(now += payment.deciding);
  run.end(now);
}

}  // namespace simulate
