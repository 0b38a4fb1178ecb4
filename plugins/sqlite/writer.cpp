#include "writer.h"

#include <string>

#include "append.h"
#include "kept_index.h"
#include "migrate_database.h"

namespace xray::sqlite {

Result<std::unique_ptr<Writer>> Writer::open(const ConnectionOptions& options) {
  auto connection = Connection::open(options);
  if (!connection) return connection.status();
  if (Status status = migrateDatabase(**connection); !status.ok()) return status;
  std::unique_ptr<Writer> writer(new Writer);
  writer->connection_ = std::move(*connection);
  if (Status status = writer->statements_.prepare(*writer->connection_); !status.ok()) return status;
  return writer;
}

Result<AppendOutcome> Writer::append(const AppendBatch& batch) {
  const std::lock_guard lock(mu_);
  Result<AppendOutcome> outcome = Append(*connection_, statements_, batch).run();
  lastFailure_ = outcome.status();
  return outcome;
}

Status Writer::keepIndex(const IndexedKey& key) {
  const std::lock_guard lock(mu_);
  return createKeptIndex(*connection_, key);
}

Status Writer::probe() {
  // While an append or an index goes on, the answer of the last one stands.
  const std::unique_lock lock(mu_, std::try_to_lock);
  if (!lock.owns_lock() || lastFailure_.ok()) return {};
  const Result<std::int64_t> version = connection_->queryInteger("PRAGMA user_version");
  if (!version) return version.status();
  lastFailure_ = connection_->execute("PRAGMA user_version = " + std::to_string(*version));
  return lastFailure_;
}

}  // namespace xray::sqlite
