#include "simulate/pipelines.h"

namespace simulate {

void record(xray::Client& client, const SearchRun& search) {
  const SearchOutcome& outcome = *search.outcome;
  xray::Timestamp now = search.start;
  auto run = client.startRun(kSearchPipeline, {{"request", search.request}, {"query", outcome.query}},
                             {.startedAt = search.start});
  {
    auto step = run.step("retrieve", "retrieval", {.startedAt = now});
    step.input({{"query", outcome.query}, {"limit", CatalogueSearch::kRetrieved}});
    step.reasoning({{"rule", "at least one of the words; the best by BM25"}});
    step.output({{"matching", outcome.matching}, {"candidates", outcome.retrieved}});
    step.end(now += search.retrieving);
  }
  for (const FilterOutcome& filter : outcome.filters) {
    auto step = run.step(filter.name, "filter", {.startedAt = now});
    step.input({{"candidates", filter.before}});
    step.reasoning({{"rule", filter.rule}, {"percentage_eliminated", filter.percentageEliminated}});
    step.output({{"candidates", filter.after}});
    step.end(now += search.filtering);
  }
  {
    auto step = run.step("rank", "ranking", {.startedAt = now});
    step.input({{"candidates", outcome.filters.back().after}});
    step.reasoning({{"rule", "text relevance, coverage of the words, and what is known of the package"}});
    step.output({{"best", outcome.selected.front()}});
    step.end(now += search.ranking);
  }
  auto step = run.step("select", "selection", {.startedAt = now});
  step.input({{"limit", CatalogueSearch::kSelected}});
  step.output({{"selected", outcome.selected}});
  step.end(now += search.selecting);
  run.end(now);
}

}  // namespace simulate
