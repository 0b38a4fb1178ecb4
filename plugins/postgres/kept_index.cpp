#include "kept_index.h"

#include <Poco/SHA1Engine.h>

#include <string>
#include <thread>

#include "postgres_dialect.h"
#include "xray/text.h"

namespace xray::postgres {
namespace {

constexpr std::chrono::hours kIndexTime{24};  // of building over a large table
constexpr std::chrono::milliseconds kLockPause{100};
constexpr int kExpressionStatistics = 140'000;   // the server's version that has them
constexpr std::int64_t kLockSpace = 0x58526178;  // beside that of migrations
constexpr std::string_view kNumbers = "_number";
constexpr std::string_view kTexts = "_text";

// Names come from a hash of field and key: no text of an event is ever part of a statement.
std::string indexName(const IndexedKey& key) {
  Poco::SHA1Engine digest;
  digest.update(std::string(nameOf(key.field)));
  digest.update('/');
  digest.update(key.key);
  return "kept_" + Poco::DigestEngine::digestToHex(digest.digest()).substr(0, 24);
}

/// A text as SQL of hexadecimal digits. `text` is UTF-8.
std::string literal(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string sql = "U&'";
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    std::uint32_t character = more == 0 ? lead : lead & (0x3f >> more);
    for (int n = 0; n < more && i < text.size(); ++n) {
      character = character << 6 | (static_cast<unsigned char>(text[i++]) & 0x3f);
    }
    sql += "\\+";
    for (int shift = 20; shift >= 0; shift -= 4) sql += kHex[character >> shift & 15];
  }
  return sql + "'::text";
}

/// The work of one call; the lock goes with the connection.
class Keeper {
 public:
  Keeper(Connection& connection, const IndexedKey& key) : connection_(connection), key_(key), name_(indexName(key)) {}

  Status keep() {
    if (Status status = lock(); !status.ok()) return status;
    if (Status status = checkLimit(); !status.ok()) return status;
    const JsonMember member{std::string(nameOf(key_.field)), literal(key_.key)};
    bool made = false;
    Status status = make(name_ + std::string(kNumbers), member.as(sql::JsonAs::Number), made);
    if (status.ok()) status = make(name_ + std::string(kTexts), member.beginning(), made);
    if (status.ok() && made) status = connection_.execute("ANALYZE steps", end_);
    return status;
  }

 private:
  /// Asked for again and again: whoever waits within a statement has a snapshot, and building an index concurrently
  /// waits for those to go.
  Status lock() {
    while (true) {
      const Result<std::int64_t> locked =
          ask("SELECT pg_try_advisory_lock($1::bigint::integer, hashtext(current_schema()))", {kLockSpace});
      if (!locked) return locked.status();
      if (*locked != 0) return {};
      if (std::chrono::steady_clock::now() > end_) {
        return {StatusCode::Unavailable, "postgres: another backend has been making indexes for a day"};
      }
      std::this_thread::sleep_for(kLockPause);
    }
  }

  Status checkLimit() {
    const Result<std::int64_t> known = count("c.relname = $1::text", {name_ + std::string(kNumbers)});
    if (!known) return known.status();
    if (*known > 0) return {};
    const Result<std::int64_t> kept = count("c.relname LIKE 'kept\\_%\\_number'", {});
    if (!kept) return kept.status();
    if (*kept < kMaxKeptKeys) return {};
    return {StatusCode::TooLarge, "postgres: no index for " + quoted(key_.key) + ": " + std::to_string(kMaxKeptKeys) +
                                      " payload keys have one already, which is the limit"};
  }

  Status make(const std::string& name, const std::string& expression, bool& made) {
    const Result<std::int64_t> valid = count("c.relname = $1::text AND i.indisvalid", {name});
    if (!valid) return valid.status();
    if (*valid > 0) return {};
    made = true;
    Status status = connection_.execute("DROP INDEX CONCURRENTLY IF EXISTS " + name, end_);
    if (!status.ok()) return status;
    status = connection_.execute(
        "CREATE INDEX CONCURRENTLY " + name + " ON steps (" + expression + ") WHERE " + expression + " IS NOT NULL",
        end_);
    // The planner does not look at what a partial index knows of its expression, and would guess a third of all rows.
    const bool canKeep = PQserverVersion(connection_.handle()) >= kExpressionStatistics;
    if (!status.ok() || !canKeep) return status;
    return connection_.execute("CREATE STATISTICS IF NOT EXISTS " + name + "_spread ON (" + expression + ") FROM steps",
                               end_);
  }

  Result<std::int64_t> count(const std::string& condition, std::vector<sql::Value> values) {
    return ask(
        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = 'steps'::regclass AND " +
            condition,
        std::move(values));
  }

  Result<std::int64_t> ask(const std::string& text, std::vector<sql::Value> values) {
    const sql::Statement statement{text, std::move(values)};
    const Result<Answer> answer = connection_.query(callOf(statement), end_);
    if (!answer) return answer.status();
    return answer->rows() == 0 ? 0 : AnswerRow(*answer, 0).integer(0);
  }

  Connection& connection_;
  const IndexedKey& key_;
  std::string name_;
  const Deadline end_ = std::chrono::steady_clock::now() + kIndexTime;
};

}  // namespace

Status createKeptIndex(const ConnectionOptions& options, const IndexedKey& key) {
  if (key.field != Field::InputData && key.field != Field::OutputData && key.field != Field::Reasoning) {
    return {StatusCode::InvalidArgument, "indexes are kept for keys of input_data, output_data and reasoning, not of " +
                                             quoted(std::string(nameOf(key.field)))};
  }
  ConnectionOptions own = options;
  own.use = ConnectionOptions::Use::Migrator;
  Result<std::unique_ptr<Connection>> connection = Connection::open(own);
  if (!connection) return connection.status();
  return Keeper(**connection, key).keep();
}

}  // namespace xray::postgres
