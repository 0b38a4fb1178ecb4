#include "sqlite_store.h"

#include <cassert>

#include "sqlite_dialect.h"
#include "xray/sql/page_sql.h"
#include "xray/sql/run_queries.h"
#include "xray/sql/schema_queries.h"
#include "xray/sql/step_queries.h"

namespace xray::sqlite {
namespace {

// schemaRefs is part of ingest, which has no deadline of its own; each of its statements is one look into an index.
constexpr std::chrono::seconds kIngestReadTime{30};

// Ingest looks up one thing at a time; the other connection is for the API.
constexpr int kLookupConnections = 2;

}  // namespace

SqliteStore::~SqliteStore() {
  (void)close();
}

Status SqliteStore::open() {
  Result<DatabaseFile> file = DatabaseFile::claim(options_.path);
  if (!file) return file.status();
  const ConnectionOptions connection{
      .path = file->path(), .busyTimeout = options_.busyTimeout, .cacheBytes = options_.cacheBytes};
  auto writer = Writer::open(connection);
  if (!writer) return writer.status();
  auto readers = ReaderPool::open(connection, options_.readConnections);
  if (!readers) return readers.status();
  auto lookupReaders = ReaderPool::open(connection, kLookupConnections);
  if (!lookupReaders) return lookupReaders.status();
  file_ = std::move(*file);
  writer_ = std::move(*writer);
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

Result<AppendOutcome> SqliteStore::append(const AppendBatch& batch) {
  if (!open_) return closedStatus();
  return writer_->append(batch);
}

template <typename Value, typename Read>
Result<std::vector<Value>> SqliteStore::select(const std::unique_ptr<ReaderPool>& readers,
                                               const sql::Statement& statement, Deadline deadline, Read read) {
  if (!open_) return closedStatus();
  auto lease = readers->lease(deadline);
  if (!lease) return lease.status();
  Connection& connection = (*lease)->connection();
  Result<PreparedStatement> prepared = connection.prepare(statement);
  if (!prepared) return prepared.status();
  std::vector<Value> rows;
  int code = SQLITE_OK;
  while ((code = prepared->step()) == SQLITE_ROW) rows.push_back(read(*prepared));
  if (code != SQLITE_DONE) return connection.error(code);
  return rows;
}

template <typename Value, typename Read>
Result<std::optional<Value>> SqliteStore::lookUp(const sql::Statement& statement, Deadline deadline, Read read) {
  Result<std::vector<Value>> rows = select<Value>(lookupReaders_, statement, deadline, read);
  if (!rows) return rows.status();
  assert(rows->size() <= 1);
  if (rows->empty()) return std::optional<Value>();
  return std::optional<Value>(std::move(rows->front()));
}

Result<std::optional<Run>> SqliteStore::run(const Id& runId, const ReadContext& context) {
  return lookUp<Run>(sql::selectRun(dialect(), runId), context.deadline,
                     [&](const sql::Row& row) { return sql::readRun(row, context); });
}

Result<Page<Run>> SqliteStore::runs(const PageQuery& query, const ReadContext& context) {
  if (Status status = sql::checkPageQuery(query, Entity::Run); !status.ok()) return status;
  auto rows = select<Run>(readers_, sql::selectRuns(dialect(), query, context), context.deadline,
                          [&](const sql::Row& row) { return sql::readRun(row, context); });
  if (!rows) return rows.status();
  return sql::makePage(std::move(*rows), query, &sql::runCursor);
}

Result<std::vector<StepSkeleton>> SqliteStore::runSteps(const Id& runId, const ReadContext& context) {
  return select<StepSkeleton>(readers_, sql::selectRunSteps(dialect(), runId), context.deadline, &sql::readSkeleton);
}

Result<std::optional<Step>> SqliteStore::step(const Id& runId, const Id& stepId, const ReadContext& context) {
  return lookUp<Step>(sql::selectStep(dialect(), runId, stepId), context.deadline, &sql::readStep);
}

Result<Page<Step>> SqliteStore::steps(const PageQuery& query, bool skeleton, const ReadContext& context) {
  if (Status status = sql::checkPageQuery(query, Entity::Step); !status.ok()) return status;
  auto rows =
      select<Step>(readers_, sql::selectSteps(dialect(), query, skeleton, context), context.deadline,
                   [&](const sql::Row& row) { return skeleton ? Step{sql::readSkeleton(row)} : sql::readStep(row); });
  if (!rows) return rows.status();
  return sql::makePage(std::move(*rows), query, &sql::stepCursor);
}

Result<std::vector<SchemaInfo>> SqliteStore::schemas(std::string_view name, const ReadContext& context) {
  return select<SchemaInfo>(readers_, sql::selectSchemas(dialect(), name), context.deadline, &sql::readSchema);
}

Result<std::optional<SchemaInfo>> SqliteStore::schema(const SchemaRefView& ref, const ReadContext& context) {
  return lookUp<SchemaInfo>(sql::selectSchema(dialect(), ref), context.deadline, &sql::readSchema);
}

Result<std::vector<std::optional<SchemaRef>>> SqliteStore::schemaRefs(std::span<const Id> runIds) {
  if (!open_) return closedStatus();
  auto lease = lookupReaders_->lease(std::chrono::steady_clock::now() + kIngestReadTime);
  if (!lease) return Status(StatusCode::Unavailable, lease.status().message());
  Connection& connection = (*lease)->connection();
  std::vector<std::optional<SchemaRef>> refs(runIds.size());
  Result<PreparedStatement> prepared = connection.prepare(sql::selectSchemaRef(dialect(), Id()));
  if (!prepared) return prepared.status();
  for (std::size_t i = 0; i < runIds.size(); ++i) {
    prepared->reset();
    prepared->bind(1, runIds[i]);
    const int code = prepared->step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return connection.error(code);
    if (code == SQLITE_ROW && !prepared->isNull(0)) refs[i] = SchemaRef{prepared->text(0), prepared->integer(1)};
  }
  return refs;
}

Result<RejectionPage> SqliteStore::rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                              const ReadContext& context) {
  if (Status status = sql::checkPageSize(pageSize); !status.ok()) return status;
  auto rows = select<StoredRejection>(readers_, sql::selectRejections(dialect(), pageSize, before), context.deadline,
                                      &sql::readRejection);
  if (!rows) return rows.status();
  RejectionPage page{std::move(*rows), std::nullopt};
  if (page.rows.size() > pageSize) {
    page.rows.resize(pageSize);
    page.next = page.rows.back().id;
  }
  return page;
}

Status SqliteStore::keepIndex(const IndexedKey& key) {
  if (!open_) return closedStatus();
  return writer_->keepIndex(key);
}

Status SqliteStore::health() {
  if (!open_) return closedStatus();
  if (Status status = file_->stillThere(); !status.ok()) return status;
  return writer_->probe();
}

}  // namespace xray::sqlite
