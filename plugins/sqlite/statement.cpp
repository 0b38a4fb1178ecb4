#include "statement.h"

#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

namespace xray::sqlite {

Status errorStatus(sqlite3* handle, int code, std::string_view place) {
  StatusCode status = StatusCode::Internal;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
      status = StatusCode::Unavailable;
      break;
    case SQLITE_INTERRUPT:
      return {StatusCode::DeadlineExceeded, "the query was cancelled at its deadline"};
    default:
      break;
  }
  std::string message = std::string(place) + ": " + sqlite3_errstr(code);
  const std::string detail = handle ? sqlite3_errmsg(handle) : "";
  if (!detail.empty() && detail != sqlite3_errstr(code)) message += ": " + detail;
  return {status, std::move(message)};
}

PreparedStatement::PreparedStatement(PreparedStatement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)) {}

PreparedStatement& PreparedStatement::operator=(PreparedStatement&& other) noexcept {
  std::swap(statement_, other.statement_);
  return *this;
}

PreparedStatement::~PreparedStatement() {
  sqlite3_finalize(statement_);
}

int PreparedStatement::prepare(sqlite3* handle, std::string_view text, bool keep) {
  sqlite3_finalize(std::exchange(statement_, nullptr));
  return sqlite3_prepare_v3(handle, text.data(), static_cast<int>(text.size()), keep ? SQLITE_PREPARE_PERSISTENT : 0,
                            &statement_, nullptr);
}

// The result of a bind is not looked at: a wrong parameter number is a bug that every test would show, and memory that
// is out shows in step().
void PreparedStatement::bindNull(int parameter) {
  sqlite3_bind_null(statement_, parameter);
}

void PreparedStatement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_, parameter, value);
}

void PreparedStatement::bind(int parameter, std::string_view value) {
  // A null pointer would bind NULL, which an empty view may have.
  sqlite3_bind_text64(statement_, parameter, value.data() ? value.data() : "", value.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void PreparedStatement::bind(int parameter, const Id& value) {
  sqlite3_bind_blob64(statement_, parameter, value.bytes().data(), value.bytes().size(), SQLITE_STATIC);
}

void PreparedStatement::bindBytes(int parameter, std::string_view value) {
  sqlite3_bind_blob64(statement_, parameter, value.data() ? value.data() : "", value.size(), SQLITE_STATIC);
}

void PreparedStatement::bindValue(int parameter, const sql::Value& value) {
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          bindNull(parameter);
        } else if constexpr (std::is_same_v<T, double>) {
          sqlite3_bind_double(statement_, parameter, held);
        } else if constexpr (std::is_same_v<T, std::string>) {
          sqlite3_bind_text64(statement_, parameter, held.data(), held.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        } else if constexpr (std::is_same_v<T, Id>) {
          sqlite3_bind_blob64(statement_, parameter, held.bytes().data(), held.bytes().size(), SQLITE_TRANSIENT);
        } else {
          bind(parameter, held);
        }
      },
      value);
}

int PreparedStatement::run() {
  const int code = step();
  reset();
  return code;
}

bool PreparedStatement::isNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t PreparedStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double PreparedStatement::number(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string PreparedStatement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data ? std::string(static_cast<const char*>(data), static_cast<std::size_t>(size)) : std::string();
}

Id PreparedStatement::id(int column) const {
  Id::Bytes bytes{};
  const void* data = sqlite3_column_blob(statement_, column);
  if (data && sqlite3_column_bytes(statement_, column) == static_cast<int>(bytes.size())) {
    std::memcpy(bytes.data(), data, bytes.size());
  }
  return Id(bytes);
}

Timestamp PreparedStatement::time(int column) const {
  return Timestamp(Microseconds(integer(column)));
}

}  // namespace xray::sqlite
