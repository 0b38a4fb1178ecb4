#include "postgres_store.h"

#include <cassert>
#include <unordered_map>

#include "kept_index.h"
#include "migrate_database.h"
#include "postgres_dialect.h"
#include "xray/json.h"
#include "xray/page_fill.h"
#include "xray/sql/analysis_queries.h"
#include "xray/sql/page_sql.h"
#include "xray/sql/run_queries.h"
#include "xray/sql/schema_queries.h"
#include "xray/sql/step_queries.h"

namespace xray::postgres {
namespace {

// schemaRefs is part of ingest, which has no deadline of its own; it looks into one index.
constexpr std::chrono::seconds kIngestReadTime{30};
constexpr std::chrono::seconds kHealthTime{2};

// Ingest looks up one thing at a time; the other connection is for the API.
constexpr std::size_t kLookupConnections = 2;

/// In canonical form, as it was registered: jsonb has an order of its own.
SchemaInfo readSchema(const sql::Row& row) {
  SchemaInfo info = sql::readSchema(row);
  info.definition = canonicalJson(info.definition);
  return info;
}

}  // namespace

PostgresStore::~PostgresStore() {
  (void)close();
}

ConnectionOptions PostgresStore::connectionOptions(ConnectionOptions::Use use) const {
  ConnectionOptions options;
  options.dsn = settings_.dsn;
  options.schema = settings_.schema;
  options.connectTimeout = settings_.connectTimeout;
  options.use = use;
  if (use == ConnectionOptions::Use::Writer) options.statementTimeout = settings_.appendTimeout;
  return options;
}

Status PostgresStore::open() {
  const ConnectionOptions reader = connectionOptions(ConnectionOptions::Use::Reader);
  if (settings_.access == StoreAccess::ReadOnly) {
    if (Status status = checkDatabase(reader); !status.ok()) return status;
  } else {
    if (Status status = migrateDatabase(reader); !status.ok()) return status;
    writer_ = std::make_unique<Writer>(connectionOptions(ConnectionOptions::Use::Writer), settings_.writers,
                                       settings_.appendTimeout);
  }
  readers_ = std::make_unique<ConnectionPool>(reader, settings_.readConnections);
  lookupReaders_ = std::make_unique<ConnectionPool>(reader, kLookupConnections);
  healthReaders_ = std::make_unique<ConnectionPool>(reader, 1);
  open_ = true;
  return {};
}

Status PostgresStore::close() {
  open_ = false;
  healthReaders_.reset();
  lookupReaders_.reset();
  readers_.reset();
  writer_.reset();
  return {};
}

Status PostgresStore::closedStatus() const {
  return {StatusCode::Closed, "the postgres store is not open"};
}

Status PostgresStore::writable() const {
  if (!open_) return closedStatus();
  return writer_ ? Status() : Status(StatusCode::NotSupported, "the postgres store was opened for reading alone");
}

Result<AppendOutcome> PostgresStore::append(const AppendBatch& batch) {
  if (Status status = writable(); !status.ok()) return status;
  if (batch.events.empty() && batch.rejections.empty()) return AppendOutcome();
  return writer_->append(batch);
}

Result<Answer> PostgresStore::ask(ConnectionPool& pool, const Call& question, Deadline deadline) {
  for (bool again = true;; again = false) {
    Result<ConnectionPool::Lease> lease = pool.lease(deadline);
    if (!lease) return lease.status();
    Result<Answer> answer = (*lease)->query(question, deadline);
    const bool lost = !answer && (*lease)->broken() && answer.status().code() == StatusCode::Unavailable;
    if (!lost || !again) return answer;
  }
}

Status PostgresStore::stream(const sql::Statement& statement, Deadline deadline,
                             const std::function<bool(const sql::Row& row)>& take) {
  if (!open_) return closedStatus();
  for (bool again = true;; again = false) {
    Result<ConnectionPool::Lease> lease = readers_->lease(deadline);
    if (!lease) return lease.status();
    bool begun = false;
    const Status status = (*lease)->stream(callOf(statement), deadline, [&](const Answer& answer) {
      begun = true;
      return take(AnswerRow(answer, 0));
    });
    const bool lost = (*lease)->broken() && status.code() == StatusCode::Unavailable;
    if (!lost || begun || !again) return status;
  }
}

template <typename Value, typename Read>
Result<std::vector<Value>> PostgresStore::select(const std::unique_ptr<ConnectionPool>& pool,
                                                 const sql::Statement& statement, Deadline deadline, Read read) {
  if (!open_) return closedStatus();
  const Result<Answer> answer = ask(*pool, callOf(statement), deadline);
  if (!answer) return answer.status();
  std::vector<Value> rows;
  rows.reserve(static_cast<std::size_t>(answer->rows()));
  for (int i = 0; i < answer->rows(); ++i) rows.push_back(read(AnswerRow(*answer, i)));
  return rows;
}

template <typename Row, typename Read, typename CursorOf>
Result<Page<Row>> PostgresStore::selectPage(const sql::Statement& statement, const PageQuery& query,
                                            const ReadContext& context, Read read, CursorOf cursorOf) {
  sql::PageBuilder<Row, CursorOf> page(query, context, cursorOf);
  const Status status =
      stream(statement, context.deadline, [&](const sql::Row& row) { return page.take([&] { return read(row); }); });
  if (!status.ok()) return status;
  return page.finish();
}

template <typename Value, typename Read>
Result<std::optional<Value>> PostgresStore::lookUp(const sql::Statement& statement, Deadline deadline, Read read) {
  Result<std::vector<Value>> rows = select<Value>(lookupReaders_, statement, deadline, read);
  if (!rows) return rows.status();
  assert(rows->size() <= 1);
  if (rows->empty()) return std::optional<Value>();
  return std::optional<Value>(std::move(rows->front()));
}

Result<std::optional<Run>> PostgresStore::run(const Id& runId, const ReadContext& context) {
  return lookUp<Run>(sql::selectRun(dialect(), runId), context.deadline,
                     [&](const sql::Row& row) { return sql::readRun(row, context); });
}

Result<Page<Run>> PostgresStore::runs(const PageQuery& query, const ReadContext& context) {
  if (Status status = sql::checkPageQuery(query, Entity::Run); !status.ok()) return status;
  return selectPage<Run>(
      sql::selectRuns(dialect(), query, context), query, context,
      [&](const sql::Row& row) { return sql::readRun(row, context); }, &sql::runCursor);
}

Result<std::vector<StepSkeleton>> PostgresStore::runSteps(const Id& runId, const ReadContext& context) {
  return select<StepSkeleton>(readers_, sql::selectRunSteps(dialect(), runId), context.deadline, &sql::readSkeleton);
}

Result<std::optional<Step>> PostgresStore::step(const Id& runId, const Id& stepId, const ReadContext& context) {
  return lookUp<Step>(sql::selectStep(dialect(), runId, stepId), context.deadline, &sql::readStep);
}

Result<Page<Step>> PostgresStore::steps(const PageQuery& query, bool skeleton, const ReadContext& context) {
  if (Status status = sql::checkPageQuery(query, Entity::Step); !status.ok()) return status;
  return selectPage<Step>(
      sql::selectSteps(dialect(), query, skeleton, context), query, context,
      [&](const sql::Row& row) { return skeleton ? Step{sql::readSkeleton(row)} : sql::readStep(row); },
      &sql::stepCursor);
}

Result<Analysis<LatencyRow>> PostgresStore::latency(const GroupQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, Entity::Step); !status.ok()) return status;
  auto rows = select<LatencyRow>(readers_, sql::selectLatency(dialect(), query, context), context.deadline,
                                 [&](const sql::Row& row) { return sql::readLatency(row, query); });
  if (!rows) return rows.status();
  return sql::makeAnalysis(std::move(*rows));
}

Result<Analysis<ValuesRow>> PostgresStore::values(const ValuesQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, Entity::Step); !status.ok()) return status;
  auto rows = select<ValuesRow>(readers_, sql::selectValues(dialect(), query, context), context.deadline,
                                [&](const sql::Row& row) { return sql::readValues(row, query); });
  if (!rows) return rows.status();
  return sql::makeAnalysis(std::move(*rows));
}

Result<Analysis<FailureRow>> PostgresStore::failures(const FailuresQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, Entity::Run); !status.ok()) return status;
  auto lines = select<sql::FailureLine>(readers_, sql::selectFailures(dialect(), query, context), context.deadline,
                                        [&](const sql::Row& row) { return sql::readFailure(row, query); });
  if (!lines) return lines.status();
  return sql::makeFailures(std::move(*lines), query);
}

Result<Analysis<CountRow>> PostgresStore::counts(Entity of, const GroupQuery& query, const ReadContext& context) {
  if (Status status = sql::checkFilter(query.filter, of); !status.ok()) return status;
  auto rows = select<CountRow>(readers_, sql::selectCounts(dialect(), of, query, context), context.deadline,
                               [&](const sql::Row& row) { return sql::readCount(row, query); });
  if (!rows) return rows.status();
  return sql::makeAnalysis(std::move(*rows));
}

Result<std::vector<SchemaInfo>> PostgresStore::schemas(std::string_view name, const ReadContext& context) {
  return select<SchemaInfo>(readers_, sql::selectSchemas(dialect(), name), context.deadline, &readSchema);
}

Result<std::optional<SchemaInfo>> PostgresStore::schema(const SchemaRefView& ref, const ReadContext& context) {
  return lookUp<SchemaInfo>(sql::selectSchema(dialect(), ref), context.deadline, &readSchema);
}

Result<std::vector<std::optional<SchemaRef>>> PostgresStore::schemaRefs(std::span<const Id> runIds) {
  if (!open_) return closedStatus();
  std::vector<std::optional<SchemaRef>> refs(runIds.size());
  if (runIds.empty()) return refs;
  const Deadline deadline = std::chrono::steady_clock::now() + kIngestReadTime;
  Call question{"", "SELECT run_id, schema_name, schema_version FROM runs WHERE run_id = ANY ($1)"};
  question.parameters.addArray(Type::Uuid, runIds, [](BinaryBuffer& out, const Id& id) { out.field(id); });
  const Result<Answer> answer = ask(*lookupReaders_, question, deadline);
  if (!answer) {
    const bool late = answer.status().code() == StatusCode::DeadlineExceeded;
    return late ? Status(StatusCode::Unavailable, answer.status().message()) : answer.status();
  }
  std::unordered_map<Id, SchemaRef> known;
  for (int i = 0; i < answer->rows(); ++i) {
    const AnswerRow row(*answer, i);
    if (!row.isNull(1)) known.emplace(row.id(0), SchemaRef{row.text(1), row.integer(2)});
  }
  for (std::size_t i = 0; i < runIds.size(); ++i) {
    if (const auto found = known.find(runIds[i]); found != known.end()) refs[i] = found->second;
  }
  return refs;
}

Result<RejectionPage> PostgresStore::rejections(std::size_t pageSize, std::optional<std::int64_t> before,
                                                const ReadContext& context) {
  if (Status status = sql::checkPageSize(pageSize); !status.ok()) return status;
  RejectionPage page;
  PageFill fill(pageSize, context);
  const Status status =
      stream(sql::selectRejections(dialect(), pageSize, before), context.deadline, [&](const sql::Row& row) {
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

Status PostgresStore::keepIndex(const IndexedKey& key) {
  if (Status status = writable(); !status.ok()) return status;
  return createKeptIndex(connectionOptions(ConnectionOptions::Use::Migrator), key);
}

Status PostgresStore::health() {
  if (!open_) return closedStatus();
  const Call question{"", "SELECT pg_is_in_recovery()"};
  const Result<Answer> answer = ask(*healthReaders_, question, std::chrono::steady_clock::now() + kHealthTime);
  if (!answer) return answer.status();
  if (!writer_) return {};
  if (answer->rows() == 1 && AnswerRow(*answer, 0).boolean(0)) {
    return {StatusCode::Unavailable, "postgres: the database is a standby, which takes no writes"};
  }
  return writer_->recentFailure();
}

}  // namespace xray::postgres
