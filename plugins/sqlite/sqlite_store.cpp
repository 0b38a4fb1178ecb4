#include "sqlite_store.h"

#include <cassert>

#include "migrate_database.h"
#include "sqlite_dialect.h"
#include "xray/page_fill.h"
#include "xray/sql/analysis_queries.h"
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

template <typename Take>
Status SqliteStore::forEach(const std::unique_ptr<ReaderPool>& readers, const sql::Statement& statement,
                            Deadline deadline, Take take) {
  if (!open_) return closedStatus();
  auto lease = readers->lease(deadline);
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

template <typename Value, typename Read>
Result<std::vector<Value>> SqliteStore::select(const std::unique_ptr<ReaderPool>& readers,
                                               const sql::Statement& statement, Deadline deadline, Read read) {
  std::vector<Value> rows;
  const Status status = forEach(readers, statement, deadline, [&](const sql::Row& row) {
    rows.push_back(read(row));
    return true;
  });
  if (!status.ok()) return status;
  return rows;
}

template <typename Row, typename Read, typename CursorOf>
Result<Page<Row>> SqliteStore::selectPage(const sql::Statement& statement, const PageQuery& query,
                                          const ReadContext& context, Read read, CursorOf cursorOf) {
  sql::PageBuilder<Row, CursorOf> page(query, context, cursorOf);
  const Status status = forEach(readers_, statement, context.deadline,
                                [&](const sql::Row& row) { return page.take([&] { return read(row); }); });
  if (!status.ok()) return status;
  return page.finish();
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
  return selectPage<Run>(
      sql::selectRuns(dialect(), query, context), query, context,
      [&](const sql::Row& row) { return sql::readRun(row, context); }, &sql::runCursor);
}

Result<std::vector<StepSkeleton>> SqliteStore::runSteps(const Id& runId, const ReadContext& context) {
  return select<StepSkeleton>(readers_, sql::selectRunSteps(dialect(), runId), context.deadline, &sql::readSkeleton);
}

Result<std::optional<Step>> SqliteStore::step(const Id& runId, const Id& stepId, const ReadContext& context) {
  return lookUp<Step>(sql::selectStep(dialect(), runId, stepId), context.deadline, &sql::readStep);
}

Result<Page<Step>> SqliteStore::steps(const PageQuery& query, bool skeleton, const ReadContext& context) {
  if (Status status = sql::checkPageQuery(query, Entity::Step); !status.ok()) return status;
  return selectPage<Step>(
      sql::selectSteps(dialect(), query, skeleton, context), query, context,
      [&](const sql::Row& row) { return skeleton ? Step{sql::readSkeleton(row)} : sql::readStep(row); },
      &sql::stepCursor);
}

Result<Analysis<LatencyRow>> SqliteStore::latency(const GroupQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, Entity::Step); !status.ok()) return status;
  auto rows = select<LatencyRow>(readers_, sql::selectLatency(dialect(), query, context), context.deadline,
                                 [&](const sql::Row& row) { return sql::readLatency(row, query); });
  if (!rows) return rows.status();
  return sql::makeAnalysis(std::move(*rows));
}

Result<Analysis<ValuesRow>> SqliteStore::values(const ValuesQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, Entity::Step); !status.ok()) return status;
  auto rows = select<ValuesRow>(readers_, sql::selectValues(dialect(), query, context), context.deadline,
                                [&](const sql::Row& row) { return sql::readValues(row, query); });
  if (!rows) return rows.status();
  return sql::makeAnalysis(std::move(*rows));
}

Result<Analysis<FailureRow>> SqliteStore::failures(const FailuresQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, Entity::Run); !status.ok()) return status;
  auto lines = select<sql::FailureLine>(readers_, sql::selectFailures(dialect(), query, context), context.deadline,
                                        [&](const sql::Row& row) { return sql::readFailure(row, query); });
  if (!lines) return lines.status();
  return sql::makeFailures(std::move(*lines), query);
}

Result<Analysis<CountRow>> SqliteStore::counts(Entity of, const GroupQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, of); !status.ok()) return status;
  auto rows = select<CountRow>(readers_, sql::selectCounts(dialect(), of, query, context), context.deadline,
                               [&](const sql::Row& row) { return sql::readCount(row, query); });
  if (!rows) return rows.status();
  return sql::makeAnalysis(std::move(*rows));
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
  RejectionPage page;
  PageFill fill(pageSize, context);
  const Status status =
      forEach(readers_, sql::selectRejections(dialect(), pageSize, before), context.deadline, [&](const sql::Row& row) {
        if (fill.full()) {
          page.next = page.rows.back().id;
          return false;
        }
        page.rows.push_back(sql::readRejection(row));
        fill.add(page.rows.back());
        return true;
      });
  if (!status.ok()) return status;
  return page;
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
