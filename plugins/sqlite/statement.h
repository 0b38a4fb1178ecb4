#pragma once
// A prepared statement on a connection's handle.

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "xray/sql/row.h"
#include "xray/sql/statement.h"
#include "xray/status.h"

namespace xray::sqlite {

/// The failure of a call on `handle` that returned `code`; `place` (the file) begins the message.
///   Unavailable       locked, full, read-only, an I/O error: nothing changed, the same call may succeed later
///   DeadlineExceeded  the work was cancelled
///   Internal          everything else
Status errorStatus(sqlite3* handle, int code, std::string_view place);

/// One thread at a time; the handle outlives it. What bind() is given is borrowed until the next reset.
class PreparedStatement final : public sql::Row {
 public:
  PreparedStatement() = default;
  PreparedStatement(PreparedStatement&& other) noexcept;
  PreparedStatement& operator=(PreparedStatement&& other) noexcept;
  ~PreparedStatement() override;

  /// Compiles `text`; `keep` says that it will run many times. Returns SQLite's result code.
  int prepare(sqlite3* handle, std::string_view text, bool keep);

  /// Parameters count from 1.
  void bindNull(int parameter);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view value);
  void bind(int parameter, const Id& value);
  void bind(int parameter, Timestamp value) { bind(parameter, std::int64_t{value.time_since_epoch().count()}); }
  void bind(int parameter, Microseconds value) { bind(parameter, std::int64_t{value.count()}); }
  void bind(int parameter, bool value) { bind(parameter, std::int64_t{value}); }
  /// Copies the value.
  void bindValue(int parameter, const sql::Value& value);
  void bindBytes(int parameter, std::string_view value);
  template <typename T>
  void bind(int parameter, const std::optional<T>& value) {
    value ? bind(parameter, *value) : bindNull(parameter);
  }
  void bind(int parameter, const std::optional<std::string>& value) {
    value ? bind(parameter, std::string_view(*value)) : bindNull(parameter);
  }

  /// SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return sqlite3_step(statement_); }
  /// Runs a statement that answers no rows: SQLITE_DONE or an error code; ready to be bound again.
  int run();
  void reset() { sqlite3_reset(statement_); }

  bool isNull(int column) const override;
  std::int64_t integer(int column) const override;
  double number(int column) const override;
  std::string text(int column) const override;
  Id id(int column) const override;
  Timestamp time(int column) const override;

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace xray::sqlite
