#include "answer.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "binary_buffer.h"
#include "failure.h"

namespace xray::postgres {
namespace {

/// jsonb writes a space after each colon and comma; other stores keep JSON without.
std::string withoutSpaces(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    const std::size_t quote = json.find('"');
    std::ranges::copy_if(json.substr(0, quote), std::back_inserter(out), [](char c) { return c != ' '; });
    if (quote == json.npos) break;
    std::size_t end = quote + 1;
    while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    out.append(json, quote, end + 1 - quote);
    json.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

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

double AnswerRow::number(int column) const {
  return std::bit_cast<double>(integer(column));
}

std::string AnswerRow::text(int column) const {
  std::string_view value = bytes(column);
  const bool jsonb = PQftype(result_, column) == static_cast<Oid>(Type::Jsonb);
  if (!jsonb || value.empty()) return std::string(value);
  value.remove_prefix(1);  // the version of its form
  return withoutSpaces(value);
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
