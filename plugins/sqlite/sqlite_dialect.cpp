#include "sqlite_dialect.h"

#include "xray/json.h"

namespace xray::sqlite {
namespace {

std::string pointerLiteral(std::span<const std::string> path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string pointer;
  for (const std::string& name : path) appendPointerToken(pointer, name);
  std::string literal = "CAST(x'";
  for (const char c : pointer) {
    const auto byte = static_cast<unsigned char>(c);
    literal += {kHex[byte >> 4], kHex[byte & 15]};
  }
  return literal + "' AS TEXT)";
}

std::string call(const char* function, const std::string& column, std::span<const std::string> path) {
  return std::string(function) + "(" + column + ", " + pointerLiteral(path);
}

}  // namespace

const SqliteDialect& dialect() {
  static const SqliteDialect instance;
  return instance;
}

std::string jsonExpression(const std::string& column, std::span<const std::string> path, sql::JsonAs as) {
  const char* function = as == sql::JsonAs::Number ? "xray_number"
                         : as == sql::JsonAs::Text ? "xray_text"
                                                   : "xray_boolean";
  return call(function, column, path) + ")";
}

std::string SqliteDialect::placeholder(std::size_t ordinal, const sql::Value&) const {
  return "?" + std::to_string(ordinal);
}

std::string SqliteDialect::later(const std::string& time, const std::string& microseconds) const {
  return time + " + " + microseconds;
}

std::string SqliteDialect::contains(const std::string& text, const std::string& needle) const {
  return "instr(" + text + ", " + needle + ") > 0";
}

std::string SqliteDialect::json(sql::StatementBuilder&, const std::string& column, std::span<const std::string> path,
                                sql::JsonAs as) const {
  return jsonExpression(column, path, as);
}

std::string SqliteDialect::jsonPresent(sql::StatementBuilder&, const std::string& column,
                                       std::span<const std::string> path) const {
  return call("xray_present", column, path) + ")";
}

std::string SqliteDialect::jsonHas(sql::StatementBuilder& statement, const std::string& column,
                                   std::span<const std::string> path, const sql::Value& literal) const {
  const char* function = std::holds_alternative<double>(literal) ? "xray_has_number"
                         : std::holds_alternative<bool>(literal) ? "xray_has_boolean"
                                                                 : "xray_has_text";
  return call(function, column, path) + ", " + statement.bind(literal) + ")";
}

std::string SqliteDialect::percentile(const std::string& column, int percent) const {
  return "xray_sample_percentile(xray_sample(" + column + "), " + std::to_string(percent) + ")";
}

std::string SqliteDialect::histogram(const std::string& column) const {
  return "xray_sample_histogram(xray_sample(" + column + "))";
}

}  // namespace xray::sqlite
