#include "answer.h"

#include <algorithm>

#include "binary_buffer.h"
#include "failure.h"

namespace xray::postgres {

std::string_view Answer::sqlState() const {
  const char* state = PQresultErrorField(result_.get(), PG_DIAG_SQLSTATE);
  return state ? state : std::string_view();
}

std::string Answer::message() const {
  const char* primary = PQresultErrorField(result_.get(), PG_DIAG_MESSAGE_PRIMARY);
  return oneLine(primary ? primary : PQresultErrorMessage(result_.get()));
}

std::string_view AnswerRow::bytes(int column) const {
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t AnswerRow::integer(int column) const {
  // Two's complement in network byte order, of 1 (a boolean), 2, 4 or 8 bytes.
  const std::string_view value = bytes(column);
  if (value.empty()) return 0;
  std::uint64_t number = value.size() > 1 && (value.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char byte : value) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

std::string AnswerRow::text(int column) const {
  std::string_view value = bytes(column);
  const bool jsonb = PQftype(result_, column) == static_cast<Oid>(Type::Jsonb);
  if (jsonb && !value.empty()) value.remove_prefix(1);  // the version of its form
  return std::string(value);
}

Id AnswerRow::id(int column) const {
  Id::Bytes id{};
  const std::string_view value = bytes(column);
  if (value.size() == id.size()) std::copy(value.begin(), value.end(), id.begin());
  return Id(id);
}

Timestamp AnswerRow::time(int column) const {
  return isNull(column) ? Timestamp() : fromPostgresTime(integer(column));
}

}  // namespace xray::postgres
