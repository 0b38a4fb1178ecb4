#pragma once
// The `postgres` store.

#include <atomic>
#include <memory>

#include "connection_pool.h"
#include "settings.h"
#include "writer.h"
#include "xray/sql/relational_store.h"

namespace xray::postgres {

/// Runs and steps in one schema of a PostgreSQL database, which several backends may share. Appends, queries, look-ups
/// by key and health have connections of their own, so none waits for another. Once open it survives the database:
/// calls answer Unavailable while it is away and go on when it is back.
///
/// Thread-safety and lifetime: those of Store. Its threads are Poco's: one for each pool of connections, until close().
class PostgresStore final : public sql::RelationalStore {
 public:
  explicit PostgresStore(Settings settings);
  ~PostgresStore() override;

  Status open() override;
  Result<AppendOutcome> append(const AppendBatch& batch) override;
  std::size_t appendConcurrency() const override { return settings_.writers; }
  Result<std::vector<RunSchema>> runSchemas(std::span<const Id> runIds) override;
  /// Appends go on while the index is made.
  Status keepIndex(const IndexedKey& key) override;
  Status health() override;
  Status close() override;

 private:
  /// The answer to a question; asked a second time when the connection was lost over the first.
  static Result<Answer> ask(ConnectionPool& pool, const Call& question, Deadline deadline);
  Status read(sql::Reading reading, const sql::Statement& statement, Deadline deadline, const TakeRow& take) override;
  /// The rows of a question one by one; asked a second time when the connection was lost before the first row.
  Status stream(const sql::Statement& statement, Deadline deadline, const TakeRow& take);
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
