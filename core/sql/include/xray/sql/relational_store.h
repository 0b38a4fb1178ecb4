#pragma once
// The reads of the Store contract, for stores that answer them in SQL.

#include <functional>

#include "xray/sql/row.h"
#include "xray/sql/statement.h"
#include "xray/store.h"

namespace xray::sql {

/// How a statement is read.
enum class Reading : std::uint8_t {
  Page,    // over many rows, one by one, perhaps not to the end
  Whole,   // over many rows, all of them
  LookUp,  // by key, at most one row; never held up by the other two, because ingest waits for such
};

/// Asks the questions of this folder and makes the contract's answers of their rows. A store derives from it, gives it
/// its dialect and its way of running a statement, and adds what is its own: opening, appending, indexes, health.
///
/// Thread-safety, lifetime, errors: those of Store.
class RelationalStore : public Store {
 public:
  Result<std::optional<Run>> run(const Id& runId, const ReadContext& context) final;
  Result<Page<Run>> runs(const PageQuery& query, const ReadContext& context) final;
  Result<std::vector<StepSkeleton>> runSteps(const Id& runId, const ReadContext& context) final;
  Result<std::optional<Step>> step(const Id& runId, const Id& stepId, const ReadContext& context) final;
  Result<Page<Step>> steps(const PageQuery& query, bool skeleton, const ReadContext& context) final;
  Result<Analysis<LatencyRow>> latency(const GroupQuery& query, const ReadContext& context) final;
  Result<Analysis<ValuesRow>> values(const ValuesQuery& query, const ReadContext& context) final;
  Result<Analysis<FailureRow>> failures(const FailuresQuery& query, const ReadContext& context) final;
  Result<Analysis<CountRow>> counts(Entity of, const GroupQuery& query, const ReadContext& context) final;
  Result<std::vector<SchemaInfo>> schemas(std::string_view name, const ReadContext& context) final;
  Result<std::optional<SchemaInfo>> schema(const SchemaRefView& ref, const ReadContext& context) final;
  Result<RejectionPage> rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                   const ReadContext& context) final;

 protected:
  /// `dialect` outlives the store.
  explicit RelationalStore(const Dialect& dialect) : dialect_(dialect) {}

  using TakeRow = std::function<bool(const Row& row)>;
  /// Runs a statement and gives `take` each row of its answer, until it says that it has enough (false).
  ///   Closed, DeadlineExceeded, Unavailable  as Store says; rows may have been given before
  virtual Status read(Reading reading, const Statement& statement, Deadline deadline, const TakeRow& take) = 0;

 private:
  template <typename Value, typename Read>
  Result<std::vector<Value>> readAll(Reading reading, const Statement& statement, Deadline deadline, Read readRow);
  template <typename Value, typename Read>
  Result<std::optional<Value>> lookUp(const Statement& statement, Deadline deadline, Read readRow);
  template <typename Value, typename Read, typename CursorOf>
  Result<Page<Value>> readPage(const Statement& statement, const PageQuery& query, const ReadContext& context,
                               Read readRow, CursorOf cursorOf);

  const Dialect& dialect_;
};

}  // namespace xray::sql
