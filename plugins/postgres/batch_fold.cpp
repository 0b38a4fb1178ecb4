#include "batch_fold.h"

#include <Poco/SHA2Engine.h>

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <variant>

namespace xray::postgres {

std::string digestOf(std::string_view bytes) {
  Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
  engine.update(bytes.data(), bytes.size());
  const Poco::DigestEngine::Digest& digest = engine.digest();
  return {digest.begin(), digest.end()};
}

BatchFold::BatchFold(std::span<const Event> events, TouchedRuns& runs, Timestamp receivedAt)
    : events_(events), runs_(runs), receivedAt_(receivedAt) {
  for (const Event& event : events_) {
    if (const Id* runId = event.runId()) runIds_.push_back(*runId);
    if (const auto* schema = std::get_if<SchemaRegistered>(&event.fact)) {
      schemas_[{std::string(schema->name), schema->version}] = true;
    } else if (const auto* started = std::get_if<RunStarted>(&event.fact)) {
      const bool refers = started->schema && !runs_.at(started->runId).row.started;
      if (refers) schemas_.try_emplace({std::string(started->schema->name), started->schema->version}, false);
    } else if (const auto* step = std::get_if<StepEvent>(&event.fact)) {
      const StepKey key{step->runId, step->stepId};
      if (!steps_.try_emplace(key).second) continue;
      order_.push_back(key);
      if (runs_.at(step->runId).row.stepCount > 0) stepsToRead_.push_back(key);
    }
  }
  std::ranges::sort(runIds_);
  runIds_.erase(std::unique(runIds_.begin(), runIds_.end()), runIds_.end());
  for (const Id& runId : runIds_) {
    TouchedRun& run = runs_.at(runId);
    run.stepsBefore = run.row.stepCount;
    run.countSeqs = false;
  }
}

std::vector<SchemaRef> BatchFold::schemasToReserve() const {
  std::vector<SchemaRef> refs;
  for (const auto& [ref, registered] : schemas_) refs.push_back(ref);
  return refs;
}

std::vector<SchemaRef> BatchFold::definitionsToRead() const {
  std::vector<SchemaRef> refs;
  for (const auto& [ref, registered] : schemas_) {
    if (registered) refs.push_back(ref);
  }
  return refs;
}

void BatchFold::foundStep(const StepKey& key, const sql::StepFacts& facts) {
  FoldedStep& step = steps_.at(key);
  step.known = true;
  step.facts = facts;
}

void BatchFold::foundDefinition(const SchemaRef& ref, std::string digest) {
  digests_[ref] = std::move(digest);
}

void BatchFold::fold() {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    results_.push_back(std::visit([&](const auto& event) { return fold(event); }, events_[i].fact));
    if (results_.back() == AppendResult::Rejected) {
      refused_.push_back({i, RejectCode::SchemaViolation, std::exchange(conflict_, {})});
    }
  }
  sortSteps();
  countSeqs();
}

AppendResult BatchFold::fold(const StepEvent& event) {
  FoldedStep& step = steps_.at({event.runId, event.stepId});
  sql::StepChange change;
  if (!step.known && !step.content) {
    change = sql::foldNew(step.facts, event);
    step.content = &event;
  } else {
    const sql::StepNews news = sql::foldKnown(step.facts, event, change);
    if (news == sql::StepNews::Nothing) return AppendResult::Duplicate;
    if (news == sql::StepNews::End) step.content = &event;
    if (news == sql::StepNews::LateStart) step.lateStart = true;
  }
  TouchedRun& run = runs_.at(event.runId);
  sql::fold(run.row, event, change, receivedAt_);
  run.changed = run.countSeqs = true;
  return AppendResult::Accepted;
}

template <typename RunEvent>
AppendResult BatchFold::foldRun(const RunEvent& event) {
  TouchedRun& run = runs_.at(event.runId);
  if (!sql::fold(run.row, event, receivedAt_)) return AppendResult::Duplicate;
  run.changed = true;
  return AppendResult::Accepted;
}

AppendResult BatchFold::fold(const RunEnded& event) {
  const AppendResult result = foldRun(event);
  if (result == AppendResult::Accepted) runs_.at(event.runId).countSeqs = true;
  return result;
}

AppendResult BatchFold::fold(const SchemaRegistered& event) {
  std::string digest = digestOf(event.definition);
  const auto [known, isNew] = digests_.try_emplace({std::string(event.name), event.version}, digest);
  if (isNew) {
    definitions_.push_back({&event, std::move(digest)});
    return AppendResult::Accepted;
  }
  if (known->second == digest) return AppendResult::Duplicate;
  conflict_ = sql::schemaConflict(event);
  return AppendResult::Rejected;
}

void BatchFold::sortSteps() {
  for (const StepKey& key : order_) {
    const FoldedStep& step = steps_.at(key);
    if (step.content) {
      (step.known ? replaced_ : added_).push_back(&step);
    } else if (step.lateStart) {
      lateStarts_.push_back(key);
    }
  }
}

/// A run whose steps all came with this piece has its sequence numbers here.
void BatchFold::countSeqs() {
  std::unordered_map<Id, std::unordered_set<std::int64_t>> seen;
  for (const FoldedStep* step : added_) {
    if (step->content->seq) seen[step->content->runId].insert(*step->content->seq);
  }
  for (const Id& runId : runIds_) {
    TouchedRun& run = runs_.at(runId);
    if (!run.row.lastSeq) {
      run.row.missingSteps.reset();
    } else if (run.countSeqs && run.stepsBefore == 0) {
      const auto found = seen.find(runId);
      const std::size_t distinct = found == seen.end() ? 0 : found->second.size();
      run.row.missingSteps = sql::missingSteps(*run.row.lastSeq, static_cast<std::int64_t>(distinct));
    }
  }
}

std::vector<Id> BatchFold::runsToCount() const {
  std::vector<Id> ids;
  for (const Id& runId : runIds_) {
    const TouchedRun& run = runs_.at(runId);
    if (run.countSeqs && run.row.lastSeq && run.stepsBefore > 0) ids.push_back(runId);
  }
  return ids;
}

}  // namespace xray::postgres
