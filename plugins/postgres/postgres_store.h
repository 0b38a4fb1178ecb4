#pragma once
// The `postgres` store.

#include <atomic>
#include <memory>

#include "connection_pool.h"
#include "settings.h"
#include "writer.h"
#include "xray/store.h"

namespace xray::postgres {

/// Runs and steps in one schema of a PostgreSQL database, which several backends may share. Appends, queries, look-ups
/// by key and health have connections of their own, so none waits for another. Once open it survives the database:
/// calls answer Unavailable while it is away and go on when it is back.
///
/// Thread-safety and lifetime: those of Store. It has no threads.
class PostgresStore final : public Store {
 public:
  explicit PostgresStore(Settings settings) : settings_(std::move(settings)) {}
  ~PostgresStore() override;

  Status open() override;
  Result<AppendOutcome> append(const AppendBatch& batch) override;
  std::size_t appendConcurrency() const override { return settings_.writers; }
  Result<std::optional<Run>> run(const Id& runId, const ReadContext& context) override;
  Result<Page<Run>> runs(const PageQuery& query, const ReadContext& context) override;
  Result<std::vector<StepSkeleton>> runSteps(const Id& runId, const ReadContext& context) override;
  Result<std::optional<Step>> step(const Id& runId, const Id& stepId, const ReadContext& context) override;
  Result<Page<Step>> steps(const PageQuery& query, bool skeleton, const ReadContext& context) override;
  Result<Analysis<LatencyRow>> latency(const GroupQuery& query, const ReadContext& context) override;
  Result<Analysis<ValuesRow>> values(const ValuesQuery& query, const ReadContext& context) override;
  Result<Analysis<FailureRow>> failures(const FailuresQuery& query, const ReadContext& context) override;
  Result<Analysis<CountRow>> counts(Entity of, const GroupQuery& query, const ReadContext& context) override;
  Result<std::vector<SchemaInfo>> schemas(std::string_view name, const ReadContext& context) override;
  Result<std::optional<SchemaInfo>> schema(const SchemaRefView& ref, const ReadContext& context) override;
  Result<std::vector<std::optional<SchemaRef>>> schemaRefs(std::span<const Id> runIds) override;
  Result<RejectionPage> rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                   const ReadContext& context) override;
  /// Appends go on while the index is made.
  Status keepIndex(const IndexedKey& key) override;
  Status health() override;
  Status close() override;

 private:
  /// The answer to a question; asked a second time when the connection was lost over the first.
  static Result<Answer> ask(ConnectionPool& pool, const Call& question, Deadline deadline);
  /// Gives `take` the rows of a question over many one by one, until it says that it has enough (false); asked a second
  /// time when the connection was lost before the first row.
  Status stream(const sql::Statement& statement, Deadline deadline,
                const std::function<bool(const sql::Row& row)>& take);
  template <typename Value, typename Read>
  Result<std::vector<Value>> select(const std::unique_ptr<ConnectionPool>& pool, const sql::Statement& statement,
                                    Deadline deadline, Read read);
  /// The page that the first rows of a statement make.
  template <typename Row, typename Read, typename CursorOf>
  Result<Page<Row>> selectPage(const sql::Statement& statement, const PageQuery& query, const ReadContext& context,
                               Read read, CursorOf cursorOf);
  /// The one row of a statement that asks by key.
  template <typename Value, typename Read>
  Result<std::optional<Value>> lookUp(const sql::Statement& statement, Deadline deadline, Read read);
  ConnectionOptions connectionOptions(ConnectionOptions::Use use) const;
  Status closedStatus() const;
  /// Ok when there is a writer.
  Status writable() const;

  const Settings settings_;
  std::atomic<bool> open_ = false;
  // This and the next: constant between open and close.
  std::unique_ptr<Writer> writer_;  // none when opened for reading
  std::unique_ptr<ConnectionPool> readers_;
  // For reads by key, which ingest needs too: slow queries over many rows cannot hold them up.
  std::unique_ptr<ConnectionPool> lookupReaders_;
  std::unique_ptr<ConnectionPool> healthReaders_;
};

}  // namespace xray::postgres
