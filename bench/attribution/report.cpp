#include "report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "score.h"

namespace attribution {
namespace {

/// A run with what it is judged by.
struct Case {
  const replay::AgentRun* run;
  Place blamed;
  const std::vector<Place>* listed;
  Attribution attribution;

  std::optional<Place> attributed() const {
    if (!attribution.step) return std::nullopt;
    return placeOf(*run, *attribution.step);
  }
};

constexpr std::array<const char*, 5> kRules = {"", "1: the step that the error names", "2: the last step that failed",
                                               "3: the last step in flight", "4: the last step"};

const std::vector<Place> kNothing;

int percent(double share) {
  return static_cast<int>(std::lround(100 * share));
}

/// "5 = 12 % (5 to 26)".
void writeShare(std::ostream& out, double hits, double runs) {
  const Interval interval = wilson95(hits, runs);
  out << " | " << hits << " = " << percent(hits / runs) << " % (" << percent(interval.low) << " to "
      << percent(interval.high) << ")";
}

void writeRow(std::ostream& out, const std::string& name, const Tally& tally) {
  out << "| " << name << " | " << tally.runs;
  for (const double hits : {tally.exact, tally.within1, tally.within3, tally.agent}) {
    if (tally.runs == 0) {
      out << " | –";
    } else {
      writeShare(out, hits, tally.runs);
    }
  }
  out << " |\n";
}

/// An expectation is no count, and has no interval.
void writeExpectation(std::ostream& out, const std::string& name, const Tally& tally, std::size_t runs) {
  out << "| " << name << " | " << runs;
  for (const double hits : {tally.exact, tally.within1, tally.within3, tally.agent}) {
    out << " | " << percent(hits / static_cast<double>(runs)) << " %";
  }
  out << " |\n";
}

void writeHead(std::ostream& out, const std::string& what) {
  out << "\n| " << what << " | runs | exact | within 1 | within 3 | agent |\n| --- | --- | --- | --- | --- | --- |\n";
}

template <typename Guess>
Tally tallyOf(const std::vector<Case>& cases, Guess guess) {
  Tally tally;
  for (const auto& one : cases) judge(tally, guess(one), one.blamed);
  return tally;
}

void writeGuesses(std::ostream& out, const std::vector<Case>& cases) {
  writeRow(out, "**attribution**", tallyOf(cases, [](const Case& one) { return one.attributed(); }));
  writeRow(out, "the step before it",
           tallyOf(cases, [](const Case& one) { return stepBefore(*one.run, one.attribution.step); }));
  writeRow(out, "last step", tallyOf(cases, [](const Case& one) { return lastStep(*one.run); }));
  writeRow(out, "first step", tallyOf(cases, [](const Case& one) { return firstStep(*one.run); }));
  writeRow(out, "first error, else last step", tallyOf(cases, [](const Case& one) { return firstError(*one.run); }));
  Tally random;
  for (const auto& one : cases) judgeRandom(random, *one.run, one.blamed);
  writeExpectation(out, "any step (expected)", random, cases.size());
}

void writeRules(std::ostream& out, const std::vector<Case>& cases) {
  std::map<int, Tally> attributed, before;
  for (const auto& one : cases) {
    const int rule = one.attribution.rule;
    judge(attributed[rule], one.attributed(), one.blamed);
    judge(before[rule], stepBefore(*one.run, one.attribution.step), one.blamed);
  }
  writeHead(out, "rule");
  for (int rule = 1; rule <= 4; ++rule) {
    writeRow(out, kRules[static_cast<std::size_t>(rule)], attributed[rule]);
    if (attributed[rule].runs > 0) writeRow(out, "the step before it", before[rule]);
  }
}

/// Blamed messages of which no step was recorded, such as a user's: no attribution can name them.
std::size_t notRecorded(const std::vector<Case>& cases) {
  std::size_t count = 0;
  for (const auto& one : cases) {
    bool found = false;
    for (const auto& step : one.run->steps) found = found || step.message == one.blamed.message;
    count += found ? 0 : 1;
  }
  return count;
}

/// In how many runs the attribution names the very step and the other guess does not, and the other way round: the
/// same runs are judged, so this says more than two intervals that overlap.
template <typename Guess>
void writeDifference(std::ostream& out, const std::vector<Case>& cases, const char* name, Guess guess) {
  int only = 0, other = 0;
  for (const auto& one : cases) {
    Tally ours, theirs;
    judge(ours, one.attributed(), one.blamed);
    judge(theirs, guess(*one.run), one.blamed);
    only += ours.exact > theirs.exact ? 1 : 0;
    other += theirs.exact > ours.exact ? 1 : 0;
  }
  out << "- Against " << name << ": in " << only << " runs only the attribution is exact, in " << other << " only "
      << name << ".\n";
}

bool isListed(const Case& one, const std::optional<Place>& guess) {
  const auto same = [&](const Place& failure) { return guess && failure.message == guess->message; };
  return std::any_of(one.listed->begin(), one.listed->end(), same);
}

/// The annotators who name a root cause list the other failures too. Nothing where nobody did.
void writeListed(std::ostream& out, const std::vector<Case>& cases) {
  std::size_t runs = 0, listed = 0, attributed = 0, last = 0;
  double random = 0;
  for (const auto& one : cases) {
    if (one.listed->empty()) continue;
    ++runs;
    listed += one.listed->size();
    attributed += isListed(one, one.attributed()) ? 1 : 0;
    last += isListed(one, lastStep(*one.run)) ? 1 : 0;
    double hits = 0;
    for (std::size_t i = 0; i < one.run->steps.size(); ++i) hits += isListed(one, placeOf(*one.run, i)) ? 1 : 0;
    if (hits > 0) random += hits / static_cast<double>(one.run->steps.size());
  }
  if (runs == 0) return;
  out << "- In " << runs << " runs annotators list " << listed
      << " failures, the root cause being one. Some failure of "
      << "the list is named by the attribution in " << attributed << " runs, by the last step in " << last
      << ", by any step in " << std::lround(random) << " (expected).\n";
}

void writeNotes(std::ostream& out, const std::vector<Case>& cases) {
  std::size_t steps = 0, failed = 0;
  for (const auto& one : cases) {
    steps += one.run->steps.size();
    for (const auto& step : one.run->steps) failed += step.error ? 1 : 0;
  }
  out << "\n- " << steps << " steps, " << failed << " of them with an error.\n";
  if (const std::size_t missing = notRecorded(cases); missing > 0) {
    out << "- In " << missing
        << " runs the blamed message is no step of the program (the user wrote it): never exact.\n";
  }
  writeDifference(out, cases, "the last step", lastStep);
  writeDifference(out, cases, "the first error", firstError);
  writeListed(out, cases);
}

void writeTables(std::ostream& out, const std::vector<Case>& cases, const Tally* agreement) {
  writeHead(out, "guess");
  writeGuesses(out, cases);
  if (agreement) writeRow(out, "the second annotators", *agreement);
  writeRules(out, cases);
  writeNotes(out, cases);
}

}  // namespace

void writeReport(std::ostream& out, const DataSet& set, const std::vector<Attribution>& attributions) {
  std::vector<Case> cases, again;
  Tally agreement;
  for (std::size_t i = 0; i < set.runs.size(); ++i) {
    const BlamedRun& run = set.runs[i];
    // The list is of the annotators that the case is judged by.
    cases.push_back({&run.recording, run.blamed, run.second ? &kNothing : &run.listed, attributions[i]});
    if (!run.second) continue;
    again.push_back({&run.recording, *run.second, &run.listed, attributions[i]});
    judge(agreement, run.second, run.blamed);
  }
  out << "\n### " << set.title << "\n";
  writeTables(out, cases, again.empty() ? nullptr : &agreement);
  if (again.empty()) return;
  out << "\n### " << set.title << ", judged by the second annotators\n";
  writeTables(out, again, nullptr);
}

}  // namespace attribution
