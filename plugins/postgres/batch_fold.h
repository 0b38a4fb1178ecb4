#pragma once
// The events of a batch, or of a piece of one, folded in memory: what is to be read first, and what is to be written.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "xray/event.h"
#include "xray/sql/run_fold.h"
#include "xray/sql/step_fold.h"
#include "xray/store.h"

namespace xray::postgres {

/// A run that an append has to do with; its row, where it has one, is locked until the append ends.
struct TouchedRun {
  sql::RunRow row;
  bool isNew = false;  // it has no row yet, which its first piece makes
  bool changed = false;
  std::int64_t stepsBefore = 0;  // stored when the piece began
  bool countSeqs = false;        // steps or last_seq changed, so missing_steps has to be counted again
};
using TouchedRuns = std::unordered_map<Id, TouchedRun>;

struct StepKey {
  Id runId;
  Id stepId;
  bool operator==(const StepKey&) const = default;
};
struct StepKeyHash {
  std::size_t operator()(const StepKey& key) const {
    return std::hash<Id>()(key.runId) * 31 + std::hash<Id>()(key.stepId);
  }
};

/// A step that the piece tells of.
struct FoldedStep {
  const StepEvent* content = nullptr;  // what its row says from now on; null: the row stays as it is
  sql::StepFacts facts;
  bool known = false;      // it has a row
  bool lateStart = false;  // known: only that step.started came is to be noted
};

/// A schema's registration that is new.
struct NewDefinition {
  const SchemaRegistered* schema;
  std::string digest;
};

/// SHA-256, 32 bytes.
std::string digestOf(std::string_view bytes);

/// Ask what to read, tell what was found, then fold() once. The events outlive it. One thread at a time.
class BatchFold {
 public:
  /// `runs` holds every run of the events; fold() changes its rows.
  BatchFold(std::span<const Event> events, TouchedRuns& runs, Timestamp receivedAt);

  /// Steps that may have rows: those of runs that have any.
  const std::vector<StepKey>& stepsToRead() const { return stepsToRead_; }
  /// Schema versions that need a row, in the order of their keys: runs refer to them, or they are registered here.
  std::vector<SchemaRef> schemasToReserve() const;
  /// Those of them that are registered here, in that order.
  std::vector<SchemaRef> definitionsToRead() const;

  void foundStep(const StepKey& key, const sql::StepFacts& facts);
  void foundDefinition(const SchemaRef& ref, std::string digest);

  void fold();

  /// One for each event.
  const std::vector<AppendResult>& results() const { return results_; }
  /// Why the rejected ones were; index within the piece.
  const std::vector<AppendOutcome::Refused>& refused() const { return refused_; }

  /// Steps without a row, those whose row is replaced, those of which only the start is noted; in the order of their
  /// events.
  const std::vector<const FoldedStep*>& added() const { return added_; }
  const std::vector<const FoldedStep*>& replaced() const { return replaced_; }
  const std::vector<StepKey>& lateStarts() const { return lateStarts_; }
  const std::vector<NewDefinition>& definitions() const { return definitions_; }

  /// Changed runs whose missing_steps needs the table, in the order of their ids. Of the others fold() has counted.
  std::vector<Id> runsToCount() const;
  /// The runs of the events, in the order of their ids, each once.
  const std::vector<Id>& runIds() const { return runIds_; }

 private:
  AppendResult fold(const StepEvent& event);
  AppendResult fold(const SchemaRegistered& event);
  AppendResult fold(const RunStarted& event) { return foldRun(event); }
  AppendResult fold(const RunEnded& event);
  template <typename RunEvent>
  AppendResult foldRun(const RunEvent& event);
  void sortSteps();
  void countSeqs();

  std::span<const Event> events_;
  TouchedRuns& runs_;
  Timestamp receivedAt_;
  std::vector<Id> runIds_;
  std::vector<StepKey> stepsToRead_;
  std::unordered_map<StepKey, FoldedStep, StepKeyHash> steps_;
  std::vector<StepKey> order_;                // of steps_, as the events have them
  std::map<SchemaRef, std::string> digests_;  // of registered definitions
  std::map<SchemaRef, bool> schemas_;         // those that the events name; true: registered here
  std::string conflict_;                      // why the last schema was refused
  std::vector<AppendResult> results_;
  std::vector<AppendOutcome::Refused> refused_;
  std::vector<const FoldedStep*> added_;
  std::vector<const FoldedStep*> replaced_;
  std::vector<StepKey> lateStarts_;
  std::vector<NewDefinition> definitions_;
};

}  // namespace xray::postgres
