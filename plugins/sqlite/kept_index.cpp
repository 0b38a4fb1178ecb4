#include "kept_index.h"

#include <Poco/SHA1Engine.h>

#include <string>

#include "sqlite_dialect.h"
#include "xray/text.h"

namespace xray::sqlite {
namespace {

// Names come from a hash of field and key: no text of an event is ever part of a statement.
std::string indexName(const IndexedKey& key) {
  Poco::SHA1Engine digest;
  digest.update(std::string(nameOf(key.field)));
  digest.update('/');
  digest.update(key.key);
  return "kept_" + Poco::DigestEngine::digestToHex(digest.digest()).substr(0, 24);
}

std::string createIndex(const std::string& name, const IndexedKey& key, sql::JsonAs as) {
  const std::string expression = jsonExpression(std::string(nameOf(key.field)), {&key.key, 1}, as);
  return "CREATE INDEX IF NOT EXISTS " + name + " ON steps (" + expression + ") WHERE " + expression + " IS NOT NULL";
}

Status createWithin(Connection& connection, const IndexedKey& key) {
  const std::string name = indexName(key);
  const Result<std::int64_t> known = connection.queryInteger(
      "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name = '" + name + "_number'");
  if (!known) return known.status();
  if (*known > 0) return {};
  const Result<std::int64_t> kept =
      connection.queryInteger("SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name GLOB 'kept_*_number'");
  if (!kept) return kept.status();
  if (*kept >= kMaxKeptKeys) {
    return {StatusCode::TooLarge, connection.place() + ": no index for " + quoted(key.key) + ": " +
                                      std::to_string(kMaxKeptKeys) +
                                      " payload keys have one already, which is the limit"};
  }
  Status status = connection.execute(createIndex(name + "_number", key, sql::JsonAs::Number));
  if (status.ok()) status = connection.execute(createIndex(name + "_text", key, sql::JsonAs::Text));
  return status;
}

}  // namespace

Status createKeptIndex(Connection& connection, const IndexedKey& key) {
  if (key.field != Field::InputData && key.field != Field::OutputData && key.field != Field::Reasoning) {
    return {StatusCode::InvalidArgument, "indexes are kept for keys of input_data, output_data and reasoning, not of " +
                                             quoted(std::string(nameOf(key.field)))};
  }
  Status status = connection.execute("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  status = createWithin(connection, key);
  if (status.ok()) status = connection.execute("COMMIT");
  if (!sqlite3_get_autocommit(connection.handle())) (void)connection.execute("ROLLBACK");
  return status;
}

}  // namespace xray::sqlite
