#include "postgres_store.h"

#include <unordered_map>

#include "kept_index.h"
#include "migrate_database.h"
#include "postgres_dialect.h"
#include "xray/sql/schema_queries.h"

namespace xray::postgres {
namespace {

// runSchemas is part of ingest, which has no deadline of its own; it looks into one index.
constexpr std::chrono::seconds kIngestReadTime{30};
constexpr std::chrono::seconds kHealthTime{2};

// Besides one for each committer of ingest, which looks up one thing at a time.
constexpr std::size_t kLookupConnectionsOfTheApi = 1;

}  // namespace

PostgresStore::PostgresStore(Settings settings) : RelationalStore(dialect()), settings_(std::move(settings)) {}

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
  lookupReaders_ = std::make_unique<ConnectionPool>(reader, settings_.writers + kLookupConnectionsOfTheApi);
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

Status PostgresStore::stream(const sql::Statement& statement, Deadline deadline, const TakeRow& take) {
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

Status PostgresStore::read(sql::Reading reading, const sql::Statement& statement, Deadline deadline,
                           const TakeRow& take) {
  if (!open_) return closedStatus();
  if (reading == sql::Reading::Page) return stream(statement, deadline, take);
  ConnectionPool& pool = reading == sql::Reading::LookUp ? *lookupReaders_ : *readers_;
  const Result<Answer> answer = ask(pool, callOf(statement), deadline);
  if (!answer) return answer.status();
  for (int i = 0; i < answer->rows(); ++i) {
    if (!take(AnswerRow(*answer, i))) break;
  }
  return {};
}

Result<std::vector<RunSchema>> PostgresStore::runSchemas(std::span<const Id> runIds) {
  if (!open_) return closedStatus();
  std::vector<RunSchema> schemas(runIds.size());
  if (runIds.empty()) return schemas;
  const Deadline deadline = std::chrono::steady_clock::now() + kIngestReadTime;
  Call question{"", "SELECT has_started, schema_name, schema_version, run_id FROM runs WHERE run_id = ANY ($1)"};
  question.parameters.addArray(Type::Uuid, runIds, [](BinaryBuffer& out, const Id& id) { out.field(id); });
  const Result<Answer> answer = ask(*lookupReaders_, question, deadline);
  if (!answer) {
    const bool late = answer.status().code() == StatusCode::DeadlineExceeded;
    return late ? Status(StatusCode::Unavailable, answer.status().message()) : answer.status();
  }
  std::unordered_map<Id, RunSchema> known;
  for (int i = 0; i < answer->rows(); ++i) {
    const AnswerRow row(*answer, i);
    known.emplace(row.id(3), sql::readRunSchema(row));
  }
  for (std::size_t i = 0; i < runIds.size(); ++i) {
    if (const auto found = known.find(runIds[i]); found != known.end()) schemas[i] = found->second;
  }
  return schemas;
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
