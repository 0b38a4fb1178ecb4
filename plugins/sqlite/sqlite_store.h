#pragma once
// The `sqlite` store.

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "database_file.h"
#include "reader_pool.h"
#include "writer.h"
#include "xray/plugin.h"
#include "xray/store.h"

namespace xray::sqlite {

struct SqliteOptions {
  std::filesystem::path path{};
  std::size_t readConnections = 4;
  std::chrono::milliseconds busyTimeout{500};
  std::int64_t cacheBytes = std::int64_t{16} << 20;  // of each connection
  StoreAccess access = StoreAccess::ReadWrite;
};

/// Runs and steps in one SQLite file in WAL mode. One connection writes, a fixed number of others answers queries, so
/// neither waits for the other. An append is one transaction, synced to the disk before it answers.
///
/// Thread-safety and lifetime: those of Store. While it is open, no other process can open the file as a store for
/// writing; reading it, as a store or with the sqlite3 shell, is fine.
class SqliteStore final : public Store {
 public:
  explicit SqliteStore(SqliteOptions options) : options_(std::move(options)) {}
  ~SqliteStore() override;

  Status open() override;
  Result<AppendOutcome> append(const AppendBatch& batch) override;
  std::size_t appendConcurrency() const override { return 1; }  // one connection writes
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
  /// Appends wait while the index is made: SQLite builds indexes under its one write lock.
  Status keepIndex(const IndexedKey& key) override;
  Status health() override;
  Status close() override;

 private:
  /// Runs a statement on a connection of the pool; `take` is given each row of its answer until it says that it has
  /// enough (false).
  template <typename Take>
  Status forEach(const std::unique_ptr<ReaderPool>& readers, const sql::Statement& statement, Deadline deadline,
                 Take take);
  /// Every row.
  template <typename Value, typename Read>
  Result<std::vector<Value>> select(const std::unique_ptr<ReaderPool>& readers, const sql::Statement& statement,
                                    Deadline deadline, Read read);
  /// The page that the first rows of a statement make.
  template <typename Row, typename Read, typename CursorOf>
  Result<Page<Row>> selectPage(const sql::Statement& statement, const PageQuery& query, const ReadContext& context,
                               Read read, CursorOf cursorOf);
  /// The one row of a statement that asks by key.
  template <typename Value, typename Read>
  Result<std::optional<Value>> lookUp(const sql::Statement& statement, Deadline deadline, Read read);
  Status closedStatus() const;
  /// Ok when there is a writer.
  Status writable() const;

  const SqliteOptions options_;
  std::atomic<bool> open_ = false;
  std::optional<DatabaseFile> file_;  // this and the next: constant between open and close
  std::unique_ptr<Writer> writer_;    // none when opened for reading
  std::unique_ptr<ReaderPool> readers_;
  // For reads by key, which ingest needs too: slow queries over many rows cannot hold them up.
  std::unique_ptr<ReaderPool> lookupReaders_;
};

}  // namespace xray::sqlite
