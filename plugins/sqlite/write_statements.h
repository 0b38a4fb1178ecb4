#pragma once
// The statements that append runs, prepared once.

#include "connection.h"
#include "statement.h"
#include "xray/event.h"
#include "xray/sql/run_fold.h"
#include "xray/sql/step_fold.h"
#include "xray/store.h"

namespace xray::sqlite {

/// Each method returns SQLite's result code; SQLITE_DONE is success. One thread at a time; the connection outlives it.
class WriteStatements {
 public:
  /// Prepares all.
  Status prepare(Connection& connection);

  int begin() { return begin_.run(); }
  int commit() { return commit_.run(); }
  int savepoint() { return savepoint_.run(); }
  int release() { return release_.run(); }
  int rollbackToSavepoint() { return rollbackTo_.run(); }

  /// Adds a step that is not there yet; `added` says whether it was not.
  int insertStep(const StepEvent& step, bool& added);
  int readStep(const StepEvent& step, sql::StepFacts& facts);
  /// step.ended of a step that step.started announced.
  int endStep(const StepEvent& step);
  /// step.started of a step that has ended: only kept in mind.
  int noteStepStarted(const StepEvent& step);
  int countDistinctSeqs(const Id& runId, std::int64_t& count);

  /// `found` says whether the run is there.
  int readRun(const Id& runId, sql::RunRow& run, bool& found);
  int writeRun(const sql::RunRow& run);

  /// Makes the place of a schema version that a run refers to.
  int reserveSchema(const SchemaRef& ref);
  /// The registered definition, or none.
  int readDefinition(const SchemaRegistered& schema, std::optional<std::string>& definition);
  int writeDefinition(const SchemaRegistered& schema, Timestamp receivedAt);

  /// Keeps refused bytes, once.
  int insertRejection(RejectCode code, std::string_view detail, std::string_view raw, Timestamp receivedAt);

 private:
  PreparedStatement begin_, commit_, savepoint_, release_, rollbackTo_;
  PreparedStatement insertStep_, readStep_, endStep_, noteStepStarted_, countDistinctSeqs_;
  PreparedStatement readRun_, writeRun_;
  PreparedStatement reserveSchema_, readDefinition_, writeDefinition_;
  PreparedStatement insertRejection_;
  sqlite3* handle_ = nullptr;
};

}  // namespace xray::sqlite
