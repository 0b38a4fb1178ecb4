#pragma once
// What is stored of a run, and the state that follows from it by the rules of wire.md section 3. Nothing is updated in
// place: facts are kept as they came first, and state is worked out whenever it is read.

#include <map>
#include <optional>
#include <string>

#include "xray/event.h"
#include "xray/run.h"
#include "xray/store.h"

namespace xray::memory {

/// What a step event said, with its own copies of the texts.
struct StepFact {
  explicit StepFact(const StepEvent& event);

  Step step;
  std::int64_t violationCount = 0;
  std::optional<std::string> errorType;
  std::optional<std::string> errorMessage;
};

struct StepFacts {
  std::optional<StepFact> started;
  std::optional<StepFact> ended;

  /// step.ended replaces, whole, what step.started said.
  const StepFact& current() const { return ended ? *ended : *started; }
};

struct RunStartedFact {
  explicit RunStartedFact(const RunStarted& event);

  std::string pipeline;
  Timestamp at;
  std::optional<SchemaRef> schema;
  std::string metadata;
  std::optional<Microseconds> timeout;
  std::optional<Id> parentRunId;
};

struct TerminalFact {
  explicit TerminalFact(const RunEnded& event);

  Timestamp at;
  std::string error;
  std::optional<std::string> errorType;
  std::optional<std::string> errorMessage;
  std::optional<Id> errorStepId;
  std::string metadata;
  std::optional<std::int64_t> lastSeq;
  std::string lost;
};

/// All facts of one run. One thread at a time.
class RunFacts {
 public:
  /// Stores the event unless one of its identity is there. True when it is new.
  bool add(const RunStarted& event, Timestamp receivedAt);
  bool add(const StepEvent& event, Timestamp receivedAt);
  bool add(const RunEnded& event, Timestamp receivedAt);

  const std::optional<RunStartedFact>& started() const { return started_; }
  /// run.failed's when both came.
  const std::optional<TerminalFact>& terminal() const { return failed_ ? failed_ : ended_; }
  const std::map<Id, StepFacts>& steps() const { return steps_; }

  Run state(const Id& runId, const ReadContext& context) const;

 private:
  void note(Timestamp eventTime, Timestamp receivedAt);
  RunStatus status(const ReadContext& context) const;
  std::optional<std::int64_t> missingSteps() const;
  std::string metadata() const;

  std::optional<RunStartedFact> started_;
  std::optional<TerminalFact> ended_;
  std::optional<TerminalFact> failed_;
  std::map<Id, StepFacts> steps_;
  Timestamp earliest_ = Timestamp::max();
  Timestamp lastActivityAt_ = Timestamp::min();
};

}  // namespace xray::memory
