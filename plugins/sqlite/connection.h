#pragma once
// One connection to the database file, opened and set up through Poco::Data.

#include <sqlite3.h>

#include <Poco/Data/Session.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "statement.h"
#include "xray/sql/statement.h"
#include "xray/status.h"

namespace xray::sqlite {

struct ConnectionOptions {
  std::filesystem::path path;  // absolute
  bool readOnly = false;
  std::chrono::milliseconds busyTimeout{};  // how long a call waits for a lock that somebody else holds
  std::int64_t cacheBytes = 0;
};

/// A Poco session, its SQLite handle and our SQL functions on it. Poco opens and migrates; rows are read and written by
/// statements on the handle: Poco's bindings want a typed variable for each column and parameter before the statement
/// runs, which fits neither filters (any number of values of any type) nor nullable columns, and cost appends more than
/// half of their speed.
///
/// One thread at a time.
class Connection {
 public:
  /// Opens an existing file.
  ///   Unavailable, InvalidArgument  it cannot be opened, or is no database
  static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs statements without values: pragmas, migrations, BEGIN.
  Status execute(const std::string& text);
  /// The same, and the first column of its first row.
  Result<std::int64_t> queryInteger(const std::string& text);

  /// A statement with its values bound.
  Result<PreparedStatement> prepare(const sql::Statement& statement);
  /// A statement that will run many times.
  Result<PreparedStatement> prepareKept(std::string_view text);

  sqlite3* handle() const { return handle_; }
  /// The failure of a call on the handle.
  Status error(int code) const { return errorStatus(handle_, code, place_); }
  /// `sqlite "xray.db"`: what messages begin with.
  const std::string& place() const { return place_; }

 private:
  Connection(Poco::Data::Session session, std::string place);
  Status configure(const ConnectionOptions& options);

  Poco::Data::Session session_;
  sqlite3* handle_;
  std::string place_;
};

}  // namespace xray::sqlite
