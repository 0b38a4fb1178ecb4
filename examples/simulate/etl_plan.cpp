#include "simulate/etl_plan.h"

namespace simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of every fourth job one page is fetched twice: so rare that the extract stage is never much slower.
std::vector<std::vector<xray::Microseconds>> planPages(std::size_t number, Dice& dice) {
  std::vector<std::vector<xray::Microseconds>> pages(3);
  for (auto& attempts : pages) attempts = {dice.about(milliseconds(700))};
  if (number % 4 == 1) pages[dice.below(pages.size())].push_back(dice.about(milliseconds(700)));
  return pages;
}

}  // namespace

std::vector<EtlRun> planJobs(const Day& day, Dice dice) {
  std::vector<EtlRun> runs;
  std::vector<std::size_t> alive;
  for (std::size_t i = 0, late = 0; i < day.runs; ++i) {
    EtlRun run;
    run.start = day.startOf(i, dice);
    run.job = numbered("job", i);
    run.pages = planPages(i, dice);
    run.rowsOfPage = static_cast<std::int64_t>(800 + dice.below(400));
    run.invalid = dice.hundredths(50, 300);
    run.duplicates = dice.hundredths(2000, 4000);
    run.joining = dice.about(seconds(4));
    run.dropping = dice.about(milliseconds(300));
    run.deduplicating = dice.about(milliseconds(500));
    run.loading = dice.about(seconds(2));
    if (day.hourOf(i) >= kJobsDieFrom && late++ % kOneInSoManyJobsDies == 0) {
      run.ending = EtlRun::Ending::Dies;
    } else {
      alive.push_back(i);
    }
    runs.push_back(std::move(run));
  }
  const std::vector<bool> crashing = dice.choose(kLoadCrashes * day.tensOfCrashes(), alive.size());
  for (std::size_t i = 0; i < alive.size(); ++i) {
    if (crashing[i]) runs[alive[i]].ending = EtlRun::Ending::Crashes;
  }
  return runs;
}

}  // namespace simulate
