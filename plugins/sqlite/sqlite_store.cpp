#include "sqlite_store.h"

#include "migrate_database.h"
#include "sqlite_dialect.h"
#include "xray/sql/schema_queries.h"

namespace xray::sqlite {
namespace {

// runSchemas is part of ingest, which has no deadline of its own; each of its statements is one look into an index.
constexpr std::chrono::seconds kIngestReadTime{30};

// Ingest looks up one thing at a time; the other connection is for the API.
constexpr int kLookupConnections = 2;

}  // namespace

SqliteStore::SqliteStore(SqliteOptions options) : RelationalStore(dialect()), options_(std::move(options)) {}

SqliteStore::~SqliteStore() {
  (void)close();
}

Status SqliteStore::open() {
  const bool writes = options_.access == StoreAccess::ReadWrite;
  Result<DatabaseFile> file = writes ? DatabaseFile::claim(options_.path) : DatabaseFile::look(options_.path);
  if (!file) return file.status();
  const ConnectionOptions connection{
      .path = file->path(), .busyTimeout = options_.busyTimeout, .cacheBytes = options_.cacheBytes};
  if (writes) {
    auto writer = Writer::open(connection);
    if (!writer) return writer.status();
    writer_ = std::move(*writer);
  }
  auto readers = ReaderPool::open(connection, options_.readConnections);
  if (!readers) return readers.status();
  auto lookupReaders = ReaderPool::open(connection, kLookupConnections);
  if (!lookupReaders) return lookupReaders.status();
  if (!writes) {
    const auto lease = (*readers)->lease(std::chrono::steady_clock::now() + kIngestReadTime);
    if (!lease.ok()) return lease.status();
    if (Status status = checkDatabase((*lease)->connection()); !status.ok()) return status;
  }
  file_ = std::move(*file);
  readers_ = std::move(*readers);
  lookupReaders_ = std::move(*lookupReaders);
  open_ = true;
  return {};
}

Status SqliteStore::close() {
  open_ = false;
  // The writer last: the connection that closes last checkpoints the log into the file.
  lookupReaders_.reset();
  readers_.reset();
  writer_.reset();
  file_.reset();
  return {};
}

Status SqliteStore::closedStatus() const {
  return {StatusCode::Closed, "the sqlite store is not open"};
}

Status SqliteStore::writable() const {
  if (!open_) return closedStatus();
  return writer_ ? Status() : Status(StatusCode::NotSupported, "the sqlite store was opened for reading alone");
}

Result<AppendOutcome> SqliteStore::append(const AppendBatch& batch) {
  if (Status status = writable(); !status.ok()) return status;
  return writer_->append(batch);
}

Status SqliteStore::read(sql::Reading reading, const sql::Statement& statement, Deadline deadline,
                         const TakeRow& take) {
  if (!open_) return closedStatus();
  auto lease = (reading == sql::Reading::LookUp ? *lookupReaders_ : *readers_).lease(deadline);
  if (!lease) return lease.status();
  Connection& connection = (*lease)->connection();
  Result<PreparedStatement> prepared = connection.prepare(statement);
  if (!prepared) return prepared.status();
  int code = SQLITE_OK;
  while ((code = prepared->step()) == SQLITE_ROW) {
    if (!take(*prepared)) return {};
  }
  return code == SQLITE_DONE ? Status() : connection.error(code);
}

Result<std::vector<RunSchema>> SqliteStore::runSchemas(std::span<const Id> runIds) {
  if (!open_) return closedStatus();
  auto lease = lookupReaders_->lease(std::chrono::steady_clock::now() + kIngestReadTime);
  if (!lease) return Status(StatusCode::Unavailable, lease.status().message());
  Connection& connection = (*lease)->connection();
  std::vector<RunSchema> schemas(runIds.size());
  Result<PreparedStatement> prepared = connection.prepare(sql::selectRunSchema(dialect(), Id()));
  if (!prepared) return prepared.status();
  for (std::size_t i = 0; i < runIds.size(); ++i) {
    prepared->reset();
    prepared->bind(1, runIds[i]);
    const int code = prepared->step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return connection.error(code);
    if (code == SQLITE_ROW) schemas[i] = sql::readRunSchema(*prepared);
  }
  return schemas;
}

Status SqliteStore::keepIndex(const IndexedKey& key) {
  if (Status status = writable(); !status.ok()) return status;
  return writer_->keepIndex(key);
}

Status SqliteStore::health() {
  if (!open_) return closedStatus();
  if (Status status = file_->stillThere(); !status.ok()) return status;
  return writer_ ? writer_->probe() : Status();
}

}  // namespace xray::sqlite
