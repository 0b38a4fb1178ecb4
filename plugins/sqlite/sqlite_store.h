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
#include "xray/sql/relational_store.h"

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
class SqliteStore final : public sql::RelationalStore {
 public:
  explicit SqliteStore(SqliteOptions options);
  ~SqliteStore() override;

  Status open() override;
  Result<AppendOutcome> append(const AppendBatch& batch) override;
  std::size_t appendConcurrency() const override { return 1; }  // one connection writes
  Result<std::vector<RunSchema>> runSchemas(std::span<const Id> runIds) override;
  /// Appends wait while the index is made: SQLite builds indexes under its one write lock.
  Status keepIndex(const IndexedKey& key) override;
  Status health() override;
  Status close() override;

 private:
  Status read(sql::Reading reading, const sql::Statement& statement, Deadline deadline, const TakeRow& take) override;
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
