#include "connection.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>

#include <mutex>

#include "json_functions.h"
#include "sample_functions.h"
#include "xray/text.h"

namespace xray::sqlite {
namespace {

/// SQLite's name of a file: a URI, which alone can ask for read-only. Everything that could mean something in one is
/// escaped.
std::string uriOf(const ConnectionOptions& options) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "/-._~";
  std::string uri = "file:";
  for (const char c : options.path.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return uri + (options.readOnly ? "?mode=ro" : "?mode=rw");
}

/// What the exception says. Where Poco adds SQLite's text to itself ("X: X"), once.
std::string textOf(const Poco::Exception& exception) {
  std::string_view text = exception.message();
  const std::size_t half = text.size() < 2 ? 0 : (text.size() - 2) / 2;
  if (half > 0 && text.substr(half, 2) == ": " && text.substr(0, half) == text.substr(half + 2)) {
    text = text.substr(0, half);
  }
  return std::string(exception.name()) + (text.empty() ? "" : ": ") + std::string(text);
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
  static std::once_flag registered;
  std::call_once(registered, [] {
    // One thread at a time uses a connection, so calls need no lock of it, nor statistics of memory under one lock for
    // all: a fifth of an append. Refused where the program has used SQLite before; then it is slower, and as safe.
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    Poco::Data::SQLite::Connector::registerConnector();
  });
  std::string place = "sqlite " + quoted(options.path.string(), 400);
  try {
    std::unique_ptr<Connection> connection(
        new Connection(Poco::Data::Session(Poco::Data::SQLite::Connector::KEY, uriOf(options)), place));
    if (Status status = connection->configure(options); !status.ok()) return status;
    return connection;
  } catch (const Poco::Exception& exception) {
    return Status(StatusCode::Unavailable, place + ": " + textOf(exception));
  }
}

Connection::Connection(Poco::Data::Session session, std::string place)
    : session_(std::move(session)), handle_(Poco::Data::SQLite::Utility::dbHandle(session_)), place_(std::move(place)) {
  sqlite3_extended_result_codes(handle_, 1);
}

Connection::~Connection() {
  try {
    session_.close();
  } catch (const Poco::Exception&) {  // NOLINT(bugprone-empty-catch): nothing is lost, commits are durable already
  }
}

Status Connection::configure(const ConnectionOptions& options) {
  sqlite3_busy_timeout(handle_, static_cast<int>(options.busyTimeout.count()));
  if (const int code = registerJsonFunctions(handle_); code != SQLITE_OK) return error(code);
  if (const int code = registerSampleFunctions(handle_); code != SQLITE_OK) return error(code);
  // The first thing that reads the file, so here a file that is no database shows.
  if (const Result<std::int64_t> version = queryInteger("PRAGMA schema_version"); !version) return version.status();
  std::string pragmas = "PRAGMA foreign_keys = ON; PRAGMA cache_size = -" + std::to_string(options.cacheBytes / 1024);
  pragmas += "; PRAGMA synchronous = FULL";
  // SQLite before 3.51.3 can lose pages when two connections checkpoint at once (the "WAL reset" bug), so only the one
  // that writes does.
  if (options.readOnly) pragmas += "; PRAGMA wal_autocheckpoint = 0; PRAGMA query_only = ON";
  // What a query sorts goes to a temporary file when it is more than the cache holds: its memory stays bounded, and it
  // looks at its deadline between the parts.
  pragmas += options.readOnly ? "; PRAGMA temp_store = FILE" : "; PRAGMA temp_store = MEMORY";
  return execute(pragmas);
}

Status Connection::execute(const std::string& text) {
  try {
    Poco::Data::Statement statement(session_);
    statement << text, Poco::Data::Keywords::now;
    return {};
  } catch (const Poco::Exception& exception) {
    const int code = sqlite3_extended_errcode(handle_);
    if (code == SQLITE_OK) return {StatusCode::Internal, place_ + ": " + textOf(exception)};
    return error(code);
  }
}

Result<std::int64_t> Connection::queryInteger(const std::string& text) {
  PreparedStatement statement;
  int code = statement.prepare(handle_, text, false);
  if (code == SQLITE_OK) code = statement.step();
  if (code == SQLITE_NOTADB) {
    return Status(StatusCode::InvalidArgument, place_ + ": the file is not an SQLite database");
  }
  if (code != SQLITE_ROW) return error(code);
  return statement.integer(0);
}

Result<PreparedStatement> Connection::prepare(const sql::Statement& statement) {
  PreparedStatement prepared;
  if (const int code = prepared.prepare(handle_, statement.text, false); code != SQLITE_OK) return error(code);
  for (std::size_t i = 0; i < statement.values.size(); ++i)
    prepared.bindValue(static_cast<int>(i) + 1, statement.values[i]);
  return prepared;
}

Result<PreparedStatement> Connection::prepareKept(std::string_view text) {
  PreparedStatement prepared;
  if (const int code = prepared.prepare(handle_, text, true); code != SQLITE_OK) return error(code);
  return prepared;
}

}  // namespace xray::sqlite
